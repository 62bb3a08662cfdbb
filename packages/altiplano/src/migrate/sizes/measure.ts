import type { OwnerClient } from '../../execute/owner.ts';
import { estimateIndex, estimateKey } from './estimate.ts';

export interface IndexSize {
  readonly table: string;
  readonly index: string;
  /** Rows of the table. */
  readonly rows: number;
  readonly estimated: number | null;
  readonly real: number;
  /** At the volume that was asked for, by the real bytes of a row; null when none was. */
  readonly projected: number | null;
}

/** Every index of a schema, largest first; `target` says how many rows a table will have. */
export async function measureIndexes(
  client: OwnerClient,
  schema: string,
  target: ReadonlyMap<string, number>,
): Promise<readonly IndexSize[]> {
  const { rows: found } = await client.query<{ table: string; index: string; rows: number; real: number }>(
    `select t.relname as table, i.relname as index, t.reltuples::float8 as rows, pg_relation_size(i.oid)::float8 as real
     from pg_index x join pg_class t on t.oid = x.indrelid join pg_class i on i.oid = x.indexrelid
     where t.relnamespace = to_regnamespace($1) and t.relname <> 'altiplano_migration' order by 4 desc, 2`,
    [quoted(schema)],
  );
  const kept = await keptEstimates(client);
  const sizes: IndexSize[] = [];
  for (const index of found) {
    const name = (relation: string) => `${quoted(schema)}.${quoted(relation)}`;
    const estimate = await estimateIndex(client, name(index.index), name(index.table));
    const rows = Math.max(0, index.rows);
    const wanted = target.get(index.table);
    const projected = wanted === undefined || rows === 0 ? null : (index.real / rows) * wanted;
    sizes.push({
      ...index,
      rows,
      estimated: estimate?.bytes ?? kept.get(estimateKey(schema, index.index)) ?? null,
      projected,
    });
  }
  return sizes;
}

/** Made before the builds: once row security is on, statistics are hidden from an owner that it binds. */
async function keptEstimates(client: OwnerClient): Promise<ReadonlyMap<string, number>> {
  const { rows: there } = await client.query("select from pg_class where oid = to_regclass('altiplano.setting')");
  if (there.length === 0) return new Map();
  const { rows } = await client.query<{ name: string; value: string }>(
    "select name, value from altiplano.setting where name like 'estimate %'",
  );
  return new Map(rows.map(({ name, value }) => [name, Number(value)]));
}

const quoted = (identifier: string) => `"${identifier.replaceAll('"', '""')}"`;
