import type { OwnerClient } from '../execute/owner.ts';
import { rowsOf } from '../keep/rows-of.ts';
import type { Rollup } from '../resource/rollup.ts';
import { name as quoted } from '../sql/text.ts';
import type { RegisteredRollup } from './registry.ts';

export interface Key {
  readonly tenant: string;
  readonly parent: string;
}

/** The parents after one key, up to and including another; null is an open end. */
export interface Range {
  readonly after: Key | null;
  readonly upto: Key | null;
  /** How many parents lie in it; unknown in the last one. */
  readonly parents: number;
}

/** The rows a rollup's keys refer to. */
export interface ParentTable {
  readonly schema: string;
  readonly table: string;
  readonly key: string;
  /** Its rows under an alias, each with its tenant. */
  readonly rows: (alias: string) => string;
}

/** From what the registry holds, so that a rollup can be built and repaired without the app that declared it. */
export function parentTableOf({ schema, definition }: RegisteredRollup): ParentTable {
  const { tenant, untenanted, parent } = definition as Pick<Rollup, 'tenant' | 'untenanted' | 'parent'>;
  const kept = { tenant, ...(untenanted === true ? { untenanted } : {}) };
  const rows = (alias: string) => rowsOf(kept, `${quoted(schema)}.${quoted(parent.table)}`, alias);
  return { schema, ...parent, rows };
}

/** The range of up to `parents` parents after a key: one walk over the parent table's index on tenant and key. */
export async function nextRange(
  client: OwnerClient,
  rollup: RegisteredRollup,
  after: Key | null,
  parents: number,
): Promise<Range> {
  const { key, rows: parentRows } = parentTableOf(rollup);
  const columns = `${quoted(rollup.key[0])}, ${quoted(key)}`;
  const { rows } = await client.query<Key>(
    `select p.tenant, p.parent
     from (
       select ${columns} from ${parentRows('t')}
       ${after === null ? '' : `where (${columns}) > ($2::uuid, $3::uuid)`}
       order by ${columns} limit $1
     ) p (tenant, parent)
     offset $1 - 1`,
    [parents, ...(after === null ? [] : [after.tenant, after.parent])],
  );
  return { after, upto: rows[0] ?? null, parents };
}

/** The range that holds one key and nothing else. */
export function rangeOf(key: Key): Range {
  return { after: before(key), upto: key, parents: 1 };
}

const ALL = (1n << 128n) - 1n;

/** The greatest key less than this one. */
function before({ tenant, parent }: Key): Key | null {
  const [one, other] = [numberOf(tenant), numberOf(parent)];
  if (other > 0n) return { tenant, parent: uuidOf(other - 1n) };
  return one > 0n ? { tenant: uuidOf(one - 1n), parent: uuidOf(ALL) } : null;
}

function numberOf(uuid: string): bigint {
  return BigInt(`0x${uuid.replaceAll('-', '')}`);
}

function uuidOf(number: bigint): string {
  return number
    .toString(16)
    .padStart(32, '0')
    .replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
