import { encodeCursor, withOwner } from 'altiplano/testing';
import { customers } from '../../../apps/callbot/resources.ts';
import { type Case, listCase } from '../callbot-read/case.ts';
import type { Tenant } from '../callbot-read/tenants.ts';

/** A page as anybody can be asked for it: the customers behind a key, or behind so many rows. */
export interface Page {
  readonly name: string;
  readonly tenant: Tenant;
  readonly after: { readonly created: string; readonly id: string } | null;
  readonly offset: number;
}

const PAGE = 25;

/** First, hundredth, last and busy page: the same walk everywhere, so they differ in place and in calls only. */
export async function readPages(url: string, tenant: Tenant): Promise<readonly Page[]> {
  const deep = tenant.visible > 100 * PAGE ? 100 : 10;
  return [
    { name: 'first page', tenant, after: null, offset: 0 },
    await behind(url, tenant, 'page 100', (deep - 1) * PAGE),
    await behind(url, tenant, 'last page', tenant.visible - PAGE),
    await behind(url, tenant, 'busy page', await rowsBeforeBusy(url, tenant)),
  ];
}

/** The case of the page, by cursor. */
export function caseOf({ name, tenant, after, offset }: Page): Case {
  const cursor =
    after === null ? '' : `cursor=${encodeCursor(customers, { reading: 'after', values: [after.created, after.id] })}`;
  return listCase(tenant, name, cursor, { naive: { query: '', offset } });
}

async function behind(url: string, tenant: Tenant, name: string, offset: number): Promise<Page> {
  return withOwner(url, async (client) => {
    const { rows } = await client.query(
      `select to_char(created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as created, id::text
       from callbot.customer where workspace_id = $1 and not is_deleted
       order by created_at desc, id desc offset $2 limit 1`,
      [tenant.workspace, offset - 1],
    );
    return { name, tenant, after: rows[0] ?? null, offset };
  });
}

async function rowsBeforeBusy(url: string, { workspace }: Tenant): Promise<number> {
  return withOwner(url, async (client) => {
    const { rows } = await client.query<{ newer: number }>(
      `select count(*)::int as newer from callbot.customer
       where workspace_id = $1 and not is_deleted and (created_at, id) >
         (select created_at, id from callbot.customer
          where id = bench.key('customer', bench.place(bench.size($1 = bench.key('workspace', 1)) / 2 + 24, $1 = bench.key('workspace', 1))))`,
      [workspace],
    );
    return rows[0]?.newer ?? 0;
  });
}
