import type { OwnerClient } from '../execute/owner.ts';
import type { Fault } from './faults.ts';
import type { RegisteredBitmap } from './registry.ts';
import { checkBlocks } from './verify-places.ts';
import { checkBins, compareValues } from './verify-ranges.ts';
import { compareTerms, compareUnplaced } from './verify-terms.ts';

interface Difference {
  readonly differs: 'missing' | 'extra' | 'twice' | 'length';
  readonly term: string | null;
  readonly rows: number;
  readonly at: string | null;
  readonly id: string | null;
}

const WORDS: Readonly<Record<Difference['differs'], string>> = {
  missing: 'is not kept',
  extra: 'is kept, but not there',
  twice: 'is counted twice',
  length: 'has bits of another length',
};

/** Everything about one segment, in the caller's snapshot; null is a tenant without any, whose rows are all in the tail. */
export async function verifySegment(
  client: OwnerClient,
  bitmap: RegisteredBitmap,
  tenant: string,
  segment: string | null,
  block: number,
): Promise<readonly Fault[]> {
  const ask = async <R>(text: string) => (await client.query(text, [tenant, segment])).rows as readonly R[];
  const fault = (
    rule: Fault['rule'],
    problem: string,
    term: string | null = null,
    id: string | null = null,
  ): Fault => ({
    rule,
    tenant,
    segment,
    problem,
    term,
    id,
  });
  const faults: Fault[] = [];
  if (segment !== null) {
    const placed = await ask<Difference>(compareTerms(bitmap, block));
    faults.push(...placed.map((one) => fault('bitmap-term', describeTerm(one), one.term, one.id)));
    const blocks = await ask<{ place: string; problem: string }>(checkBlocks(bitmap, block));
    faults.push(...blocks.map(({ place, problem }) => fault('bitmap-block', `${place}: ${problem}`)));
  }
  const unplaced = await ask<Difference>(compareUnplaced(bitmap, block));
  faults.push(...unplaced.map((one) => fault('bitmap-row', describeRow(one), one.term, one.id)));
  for (const column of bitmap.definition.ranges) {
    const values = await ask<Difference>(compareValues(bitmap, column, block));
    faults.push(...values.map((one) => fault('bitmap-range', describeValue(column, one), one.term, one.id)));
    if (segment === null) continue;
    const bins = await ask<{ bin: number; problem: string }>(checkBins(bitmap, column, block));
    faults.push(...bins.map(({ bin, problem }) => fault('bitmap-bins', `bin ${bin} of ${column}: ${problem}`)));
  }
  return faults;
}

function describeTerm({ differs, term, rows, id }: Difference): string {
  return `term ${JSON.stringify(term)} of ${rows.toLocaleString('en')} rows, such as ${id ?? 'none'}, ${WORDS[differs]}`;
}

function describeRow({ differs, term, rows, at, id }: Difference): string {
  if (term === null) return `row ${id} of ${at} ${WORDS[differs]}`;
  return `${rows} terms of row ${id} of ${at}, such as ${JSON.stringify(term)}, ${rows === 1 ? 'differ' : 'differ'}: it ${WORDS[differs]}`;
}

function describeValue(column: string, { differs, term, id }: Difference): string {
  return `${column} ${term} of row ${id ?? 'none'} ${WORDS[differs]}`;
}
