import type { OwnerClient } from '../execute/owner.ts';
import { readFolder } from '../keep/folder-session.ts';
import { readNotedFold } from '../keep/horizon.ts';
import type { Standing } from '../keep/judge.ts';
import { objectOf, titleOf } from '../keep/registered.ts';
import { measureWaiting } from '../keep/waiting.ts';
import { appendedOf, deltasOf, type RegisteredSummary, readSummaries } from './registry.ts';

export interface SummaryStatus extends Standing {
  readonly summary: string;
  readonly generation: 0 | 1;
  readonly foldedAt: Date | null;
  /** Rows of its table as the planner estimates them, and bytes with indexes. */
  readonly groups: number;
  readonly bytes: number;
  readonly deltaBytes: readonly number[];
}

export async function readSummaryStatus(client: OwnerClient, schemas: readonly string[]) {
  const standing: SummaryStatus[] = [];
  for (const summary of await readSummaries(client, null))
    if (schemas.includes(summary.schema)) standing.push(await readOne(client, summary));
  return { folder: await readFolder(client), standing };
}

async function readOne(client: OwnerClient, summary: RegisteredSummary): Promise<SummaryStatus> {
  const { rows } = await client.query<{ groups: number; bytes: readonly number[] }>(
    `select (select greatest(reltuples, 0)::float8 from pg_class where oid = $1::regclass) as groups, array(
       select pg_total_relation_size(t::regclass)::float8 from unnest($2::text[]) with ordinality t (t, place) order by place
     ) as bytes`,
    [objectOf(summary), [objectOf(summary), ...deltasOf(summary)]],
  );
  const { groups, bytes: [bytes = 0, ...deltaBytes] = [] } = rows[0] ?? { groups: 0, bytes: [] };
  return {
    ...summary,
    summary: titleOf(summary),
    ...(await measureWaiting(client, appendedOf(summary))),
    ...(await readNotedFold(client, 'summary', summary)),
    groups,
    bytes,
    deltaBytes,
  };
}
