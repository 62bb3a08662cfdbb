import type { OwnerClient } from '../execute/owner.ts';
import { type Appended, objectOf, type Registered } from '../keep/registered.ts';
import { name as quoted } from '../sql/text.ts';

/** A summary as the database has it. */
export interface RegisteredSummary extends Registered {
  /** Its key columns: tenants, then groups. */
  readonly key: readonly string[];
}

/**
 * A table that was dropped with its schema leaves its registration behind: no key, no summary. Rows that came here with a dump
 * carry transaction numbers that mean nothing in this cluster, so they count as not built.
 */
const SUMMARIES = `
select r.schema_name as schema, r.name, r.definition, r.generation, k.key,
  case when r.system_identifier is distinct from s.system_identifier then 'unbuilt' else r.state end as state
from altiplano.summary r
cross join pg_control_system() s
join lateral (
  select array_agg(a.attname::text order by i.place) as key
  from pg_index x
  cross join lateral unnest(x.indkey) with ordinality i (number, place)
  join pg_attribute a on a.attrelid = x.indrelid and a.attnum = i.number
  where x.indrelid = to_regclass(format('%I.%I', r.schema_name, r.name)) and x.indisprimary
) k on k.key is not null
where $1::name is null or r.schema_name = $1
order by r.schema_name, r.name`;

/** The summaries of one schema, or of all; none where the engine's migrations have not run yet. */
export async function readSummaries(client: OwnerClient, schema: string | null): Promise<readonly RegisteredSummary[]> {
  const there = await client.query("select to_regclass('altiplano.summary') is not null as there");
  if (there.rows[0].there !== true) return [];
  return (await client.query<RegisteredSummary>(SUMMARIES, [schema])).rows;
}

/** Whether it keeps one of its groups in order. */
export function isRanked({ definition }: Pick<RegisteredSummary, 'definition'>): boolean {
  return (definition as { readonly best?: unknown }).best !== undefined;
}

export function deltasOf(summary: Pick<RegisteredSummary, 'schema' | 'name'>): readonly [string, string] {
  return [objectOf(summary, '_delta_0'), objectOf(summary, '_delta_1')];
}

export function appendedOf(summary: RegisteredSummary): Appended {
  const { schema, name, generation, key } = summary;
  const same = key.map((column) => `b.${quoted(column)} = d.${quoted(column)}`).join(' and ');
  return {
    kind: 'summary',
    schema,
    name,
    generation,
    tables: deltasOf(summary),
    notedAt: 'at',
    unfolded: (delta) => `from altiplano.summary r
cross join ${delta} d
left join ${objectOf(summary)} b on ${same}
where r.schema_name = $1 and r.name = $2
  -- What a snapshot did not see began after it, or was running in it.
  and (d.writer >= coalesce(pg_snapshot_xmax(r.folded), '0') or d.writer = any (array(select pg_snapshot_xip(r.folded))))
  and pg_visible_in_snapshot(d.writer, b.folded) is not true`,
  };
}
