import type { Finding } from '../keep/finding.ts';

/** One thing that is not as a recount has it. */
export interface Fault {
  readonly rule: 'bitmap-term' | 'bitmap-row' | 'bitmap-range' | 'bitmap-bins' | 'bitmap-block' | 'bitmap-segment';
  readonly tenant: string;
  /** Null when it is the tenant's. */
  readonly segment: string | null;
  /** For people: what is wrong, with an example. */
  readonly problem: string;
  readonly term: string | null;
  readonly id: string | null;
}

/** A segment with many faults is one finding for each rule: it is made again as a whole. */
export function findingsOf(bitmap: string, faults: readonly Fault[]): readonly Finding[] {
  const groups = new Map<string, Fault[]>();
  for (const fault of faults) {
    const key = [fault.rule, bitmap, fault.tenant, fault.segment ?? 'tenant'].join(':');
    groups.set(key, [...(groups.get(key) ?? []), fault]);
  }
  return [...groups].map(([key, group]) => findingOf(bitmap, key, group));
}

/** Examples in one finding. */
const SHOWN = 3;

function findingOf(bitmap: string, key: string, group: readonly Fault[]): Finding {
  const [first] = group;
  const where = `${bitmap}: tenant ${first?.tenant}${first?.segment === null ? '' : `, segment ${first?.segment}`}`;
  const examples = group.slice(0, SHOWN).map(({ problem }) => problem);
  const more = group.length > SHOWN ? [`and ${group.length - SHOWN} more`] : [];
  return {
    rule: first?.rule ?? '',
    level: 'error',
    evidence: `${where}: ${[...examples, ...more].join('; ')}`,
    remedy: 'Run `altiplano bitmap repair`: it makes the segment again from its rows, while it is read.',
    key,
  };
}
