import { Failure } from '../errors/failure.ts';
import { type OwnerClient, withOwner } from '../execute/owner.ts';
import { titleOf } from '../keep/registered.ts';
import { inTransaction } from '../keep/transaction.ts';
import type { Rollup } from '../resource/rollup.ts';
import { name as quoted } from '../sql/text.ts';
import { readColumnTypes } from './column-types.ts';
import { type Key, rangeOf } from './ranges.ts';
import { recount } from './recount.ts';
import { type RegisteredRollup, readRollups } from './registry.ts';
import { CHUNK, estimateParents, nextKeys, pickKeys } from './verify-keys.ts';
import { comparedNames, comparison } from './verify-sql.ts';

export interface VerifyOptions {
  /** Only so many parents, picked at random; all of them unless given. */
  readonly sample?: number;
  /** Counts again the parents whose figures differ. */
  readonly repair?: boolean;
  readonly progress?: (step: { readonly name: string; readonly done: number; readonly total: number }) => void;
}

export interface Difference extends Key {
  readonly figure: string;
  /** What is shown, and what the children say. */
  readonly kept: string | null;
  readonly counted: string | null;
}

export interface Verified {
  readonly rollup: string;
  readonly parents: number;
  /** Parents of which a figure differs, and what differs in the first of them. */
  readonly wrong: number;
  readonly differences: readonly Difference[];
  /** Parents that were counted again, and what differs in them even then. */
  readonly repaired: number;
  readonly left: readonly Difference[];
}

/** Differences kept to be shown: where everything is wrong, nobody reads it all. */
const MOST = 10_000;
/** Plans must not depend on what statistics say of tables that are mostly empty. */
const SETTINGS = `
  set local statement_timeout = 0;
  set local enable_seqscan = off; set local enable_hashjoin = off; set local enable_mergejoin = off; set local jit = off;
  set local extra_float_digits = 1`;

/**
 * Compares what readers are shown of one rollup with a recount from its children, chunk by chunk, each in one snapshot:
 * what is written meanwhile makes no difference.
 * @throws ROLLUP_UNBUILT, ROLLUP_CHANGED
 */
export async function verifyRollup(
  url: string,
  schema: string,
  rollup: Rollup,
  options: VerifyOptions = {},
): Promise<Verified> {
  return withOwner(url, async (client) => {
    const kept = (await readRollups(client, schema)).find(({ name }) => name === rollup.name);
    const values = { resource: rollup.parent.table, rollup: `${schema}.${rollup.name}`, state: kept?.state ?? '' };
    if (kept === undefined) throw new Failure('ROLLUP_CHANGED', { values });
    if (kept.state !== 'ready') throw new Failure('ROLLUP_UNBUILT', { values });
    const types = await readColumnTypes(client, schema, rollup.source.table);
    const compare = compareWith(client, kept, rollup, comparison(schema, rollup, types));
    return compareAll(client, kept, rollup, compare, options);
  });
}

type Compare = (keys: () => Promise<readonly Key[]>) => Promise<{ keys: readonly Key[]; found: readonly Difference[] }>;

/** Keys and figures in one snapshot: a parent that comes or goes between the two would look like a difference. */
function compareWith(client: OwnerClient, kept: RegisteredRollup, rollup: Rollup, text: string): Compare {
  const names = comparedNames(rollup);
  return (readKeys) =>
    inTransaction(client, async () => {
      await client.query(`set local search_path = ${quoted(kept.schema)}, pg_temp; ${SETTINGS}`);
      const keys = await readKeys();
      const { rows } = await client.query<Key & { kept: (string | null)[]; counted: (string | null)[] }>(text, [
        keys.map(({ tenant }) => tenant),
        keys.map(({ parent }) => parent),
      ]);
      return { keys, found: rows.flatMap((row) => differencesOf(row, names)) };
    });
}

function differencesOf(
  { tenant, parent, kept, counted }: Key & { kept: (string | null)[]; counted: (string | null)[] },
  names: readonly string[],
): readonly Difference[] {
  return names.flatMap((figure, index) => {
    const [one, other] = [kept[index] ?? null, counted[index] ?? null];
    return same(one, other) ? [] : [{ tenant, parent, figure, kept: one, counted: other }];
  });
}

/** Numbers by their value: the database found a difference in the row, but not in each of its figures. */
function same(one: string | null, other: string | null): boolean {
  const plain = (text: string | null) => text?.replace(/^(-?\d+\.\d*?)0+$/, '$1').replace(/\.$/, '') ?? null;
  return plain(one) === plain(other);
}

async function compareAll(
  client: OwnerClient,
  kept: RegisteredRollup,
  rollup: Rollup,
  compare: Compare,
  { sample, repair = false, progress = () => {} }: VerifyOptions,
): Promise<Verified> {
  const total = sample ?? (await estimateParents(client, kept, rollup));
  const differences: Difference[] = [];
  const left: Difference[] = [];
  let [parents, wrong] = [0, 0];
  for (let after: Key | null = null; ; ) {
    progress({ name: titleOf(kept), done: Math.min(parents, total - 1), total });
    const from: Key | null = after;
    const { keys, found } = await compare(() =>
      sample === undefined ? nextKeys(client, kept, rollup, from) : pickKeys(client, rollup, sample),
    );
    const differing = [...new Map(found.map((one) => [`${one.tenant} ${one.parent}`, one])).values()];
    parents += keys.length;
    wrong += differing.length;
    keep(differences, found);
    if (repair) {
      for (const key of differing) await recount(client, kept, rangeOf(key));
      keep(left, differing.length === 0 ? [] : (await compare(async () => differing)).found);
    }
    after = keys.at(-1) ?? null;
    if (sample !== undefined || keys.length < CHUNK) break;
  }
  progress({ name: titleOf(kept), done: total, total });
  return {
    rollup: titleOf(kept),
    parents,
    wrong,
    differences,
    repaired: repair ? wrong : 0,
    left: repair ? left : differences,
  };
}

function keep(kept: Difference[], found: readonly Difference[]): void {
  kept.push(...found.slice(0, Math.max(0, MOST - kept.length)));
}
