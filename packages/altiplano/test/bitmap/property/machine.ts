import { COPY_NULL, copyInto, copyText } from '../../../src/execute/copy.ts';
import type { OwnerClient } from '../../../src/execute/owner.ts';
import type { Event } from './events.ts';
import { idsOf, isText } from './place.ts';
import { columnsOf, type Shape, TARGETS, TENANTS } from './shape.ts';

/** What a constraint, an isolation level, a lock or an aborted transaction refused has not happened; anything else is a fault. */
const REFUSED = /^(23...|40001|40P01|55P03|25P0.|2500.|21000|3B001|0A000|55000)$/;

export const isRefused = (error: unknown): boolean => REFUSED.test(String((error as { code?: string }).code));

/** @returns whether it went through */
export async function send(client: OwnerClient, text: string): Promise<boolean> {
  return client.query(text).then(
    () => true,
    (error: unknown) => {
      if (isRefused(error)) return false;
      throw Object.assign(error as Error, { statement: text });
    },
  );
}

/**
 * One event on one connection. `elsewhere` another connection commits: only then is the own transaction's number lower
 * than a snapshot's end.
 */
export async function play(client: OwnerClient, other: OwnerClient, shape: Shape, event: Event): Promise<void> {
  switch (event.kind) {
    case 'change':
    case 'control':
      await send(client, event.text);
      return;
    case 'copy':
      await copy(client, shape, event.into, event.turn).catch((error: unknown) => {
        if (!isRefused(error)) throw error;
      });
      return;
    case 'elsewhere':
      await other.query('select pg_current_xact_id()');
      return;
    case 'rotate':
      await send(client, 'commit');
      await rotate(client, { empties: true });
      return;
    default:
      for (const text of upkeep(event.kind)) await send(client, text);
  }
}

/** Statements of the bitmaps' own life, for every tenant. */
export function upkeep(kind: 'fold' | 'merge' | 'rebuild' | 'build'): readonly string[] {
  const each = (call: string) => TENANTS.map((tenant) => `select ${call.replace('$', `'${tenant}'`)}`);
  switch (kind) {
    case 'fold':
      return each('item_bitmap_fold($)');
    case 'merge':
      return each('item_bitmap_merge($)');
    case 'build':
      return each('item_bitmap_build($)');
    case 'rebuild':
      return [
        `select item_bitmap_rebuild(s.shop_id, s.segment)
         from (select shop_id, segment from item_bitmap_segment order by md5(segment::text || shop_id) limit 1) s`,
      ];
  }
}

/** Writers go over to the other table; what they left is folded, and dropped unless somebody else may look at it. */
export async function rotate(client: OwnerClient, { empties }: { readonly empties: boolean }): Promise<void> {
  const registered = "schema_name = current_schema() and name = 'item_bitmap'";
  await client.query(`update altiplano.bitmap set generation = 1 - generation where ${registered}`);
  for (const text of upkeep('fold')) await client.query(text);
  if (!empties) return;
  const { rows } = await client.query('select count(*)::int as left from item_bitmap_pending(10)');
  if (rows[0].left > 0) return;
  const left = await client.query(`select 1 - generation as number from altiplano.bitmap where ${registered}`);
  await client.query(`truncate item_bitmap_tail_${left.rows[0].number}`);
}

async function copy(client: OwnerClient, shape: Shape, into: string, turn: number): Promise<void> {
  const { rows } = await client.query('select current_schema() as schema');
  const schema = String(rows[0].schema);
  if (into === 'item') {
    const columns = columnsOf(shape);
    const lines = idsOf(shape.place)
      .slice(turn % 9, (turn % 9) + 5)
      .map((id, place) =>
        line([
          id,
          TENANTS[0] ?? null,
          isText(shape.place) ? 'Copied' : '2026-01-01T00:00:30Z',
          ...columns.map(({ pool }) => pool[(turn + place) % pool.length] ?? null),
        ]),
      );
    const names = ['id', 'shop_id', 'made_at', ...columns.map(({ name }) => name)];
    await copyInto(client, { schema, table: 'item', columns: names }, lines);
    return;
  }
  const target = into === 'tagging' ? 'tag_id' : 'reader_id';
  const parents = await client.query('select id, shop_id from item order by id limit 5');
  const lines = parents.rows.map(({ id, shop_id }) => line([shop_id, id, TARGETS[turn % TARGETS.length] ?? null]));
  await copyInto(client, { schema, table: into, columns: ['shop_id', 'item_id', target] }, lines);
}

function line(values: readonly (string | null)[]): string {
  return values.map((value) => (value === null ? COPY_NULL : copyText(value))).join('\t');
}
