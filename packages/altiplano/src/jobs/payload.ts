import { readAccepted } from '../action/parse/accepted.ts';
import { gotValues } from '../action/parse/got.ts';
import { Failure } from '../errors/failure.ts';
import type { AcceptedMembers } from '../resource/accept.ts';
import type { Job } from '../resource/job.ts';
import { readWhole } from '../write/parse/body.ts';
import { Problems } from '../write/parse/problems.ts';

/** No member of a payload is a column's: a job is no table's. */
const NO_TABLES = { tables: new Map() };

/**
 * What a job is told, as the JSON that is kept; everything wrong is said at once.
 * @throws REQ_INVALID
 */
export function payloadText({ payload }: Job, members: ReadonlyMap<string, string>): string {
  const problems = new Problems();
  const texts = readAccepted({ catalog: NO_TABLES, problems }, payload, members, '');
  if (!problems.none) throw problems.toFailure();
  return `{${Object.entries(texts)
    .map(([name, text]) => `${JSON.stringify(name)}:${text}`)
    .join(',')}}`;
}

/** Values of an action → JSON texts; what comes as digits goes as digits. */
export function membersOf(payload: AcceptedMembers, values: Readonly<Record<string, unknown>>) {
  const named = Object.entries(values).filter(([, value]) => value !== undefined);
  return new Map(
    named.map(([name, value]) => {
      const kind = payload[name]?.value.kind;
      const isText = typeof value === 'string' && (kind === 'decimal' || kind === 'bigint' || kind === 'document');
      return [name, isText ? value : JSON.stringify(value)] as const;
    }),
  );
}

/** What the job gets, from what was kept. */
export function readPayload(job: Job, text: string): Readonly<Record<string, unknown>> {
  return gotValues(job.payload, Object.fromEntries(readWhole(text)));
}

/** @throws CLI_USAGE, or an action's defect: there is no such job */
export function findJob(jobs: readonly Job[], name: string): Job {
  const found = jobs.find((job) => job.name === name);
  if (found !== undefined) return found;
  throw new Failure('CLI_USAGE', {
    values: { problem: `There is no job '${name}'.`, remedy: `Known: ${jobs.map((job) => job.name).join(', ')}.` },
  });
}
