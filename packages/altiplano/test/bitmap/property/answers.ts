import type { Catalog } from '../../../src/catalog/catalog.ts';
import type { OwnerClient } from '../../../src/execute/owner.ts';
import type { Rows } from '../../../src/execute/rows.ts';
import type { Plan } from '../../../src/plan/plan.ts';
import { planRequest } from '../../../src/plan/plan-request.ts';
import { parseRequest } from '../../../src/request/parse-request.ts';
import type { Identity } from '../../../src/resource/app.ts';
import type { Resource } from '../../../src/resource/resource.ts';
import { respond } from '../../../src/respond/respond.ts';
import { emit } from '../../../src/sql/emit.ts';
import { literal, name } from '../../../src/sql/text.ts';
import type { Asked } from './expressions.ts';
import { inOrder, isThere, type Place, shownId } from './place.ts';
import { READER } from './schema-sql.ts';

/** A resource as a request meets it, and whose tenant is asked for. */
export interface Shelf {
  readonly resource: Resource;
  readonly identity: Identity;
  readonly catalog: Catalog;
  readonly tenant: string;
  readonly place: Place;
}

export interface Page {
  readonly results: readonly { readonly id: string | number }[];
  readonly next: string | null;
  readonly previous: string | null;
  readonly count: number | null;
  readonly facets?: Readonly<Record<string, readonly { readonly value: string | null; readonly count: number }[]>>;
}

/** The ordinary way of a request, but for the pool: parse, plan, emit, and the statement in the connection's own snapshot. */
export async function ask(client: OwnerClient, shelf: Shelf, query: URLSearchParams): Promise<Page> {
  const { resource, tenant } = shelf;
  const { request, refusal } = parseRequest(resource, null, query);
  if (refusal !== null) throw refusal;
  const caller = { userId: READER, role: 'admin', attributes: {} };
  const plan = planRequest(request, { ...shelf, caller });
  const { text, values } = emit(nearby(plan));
  await client.query("select set_config('altiplano.tenant', $1, true), set_config('altiplano.caller', $2, true)", [
    tenant,
    READER,
  ]);
  await client.query(`set local role ${await appRole(client)}`);
  const { rows } = await client.query(text, [...values]);
  await client.query('reset role');
  const address = { origin: 'http://localhost', path: '/items/', query };
  return JSON.parse(respond(plan, readRow(rows[0] ?? {}), resource, address).body);
}

/** Histories are short: that anything is far away, one segment has to be near. */
function nearby(plan: Plan): Plan {
  if (plan.kind !== 'list' || plan.selection === null || plan.size >= 25) return plan;
  return { ...plan, selection: { ...plan.selection, near: 1 } };
}

let role: string | null = null;

async function appRole(client: OwnerClient): Promise<string> {
  role ??= client.escapeIdentifier(String((await client.query('select altiplano.app_role() as role')).rows[0].role));
  return role;
}

/** As `execute/run.ts` reads it. */
function readRow(row: Record<string, unknown>): Rows {
  const text = (column: string) => (typeof row[column] === 'string' ? row[column] : null);
  const key = (column: string) => JSON.parse(text(column) ?? 'null') as string[] | null;
  return {
    allowed: Number(row.allowed) > 0,
    current: row.current === true,
    found: Number(row.found ?? 0),
    items: text('items'),
    etag: null,
    first: key('first'),
    last: key('last'),
    count: row.count === null || row.count === undefined ? null : String(row.count),
    facets: text('facets'),
  };
}

export function queryOf(tenant: string, conditions: readonly Asked[], more: Readonly<Record<string, string>> = {}) {
  const query = new URLSearchParams([['shop_id', tenant]]);
  for (const { parameter, value } of conditions) query.append(parameter, value);
  for (const [parameter, value] of Object.entries(more)) query.append(parameter, value);
  return query;
}

/** What the naive twin lists. */
export async function listed(
  client: OwnerClient,
  tenant: string,
  conditions: readonly Asked[],
  place: Place,
): Promise<readonly string[]> {
  const checks = ['t.shop_id = $1', isThere(place), ...conditions.map(({ sql }) => sql)];
  const { rows } = await client.query(
    `select t.id from item t where ${checks.join(' and ')} order by ${inOrder(place, 't')}`,
    [tenant],
  );
  return rows.map(({ id }) => shownId(place, id));
}

/** What the twin counts by each value of a column or target of a link, under the conditions about anything else. */
export async function counted(
  client: OwnerClient,
  tenant: string,
  conditions: readonly Asked[],
  { about, target, place }: { readonly about: string; readonly target: string | null; readonly place: Place },
): Promise<Readonly<Record<string, number>>> {
  const others = conditions.filter((one) => one.about !== about).map(({ sql }) => sql);
  const checks = ['t.shop_id = $1', isThere(place), ...others].join(' and ');
  // Of a longer value bitmaps keep a hash, and cannot say what it was.
  const isShort =
    target === null ? `octet_length(${literal(`${about}=`)} || coalesce(t.${name(about)}::text, '')) <= 400` : 'true';
  const text =
    target === null
      ? `select t.${name(about)}::text as value, count(*)::int as count from item t where ${checks} and ${isShort} group by 1`
      : `select l.${target}_id::text as value, count(*)::int as count from item t join ${about} l on l.item_id = t.id where ${checks} group by 1`;
  const { rows } = await client.query(text, [tenant]);
  return Object.fromEntries(rows.map(({ value, count }) => [String(value), count as number]));
}
