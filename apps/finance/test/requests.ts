import type { OwnerClient } from 'altiplano';
import fc from 'fast-check';

/** Who asks for what, in which tenant. */
export interface Asked {
  readonly user: string;
  readonly tenant: { readonly type: string | null; readonly id: string | null };
  readonly path: string;
  readonly query: string;
}

/** Users who may ask, and values that rows have, so that random filters find something. */
export interface Population {
  readonly users: readonly string[];
  readonly tenants: readonly (readonly [type: string, id: string])[];
  readonly details: readonly string[];
  readonly accounts: readonly string[];
  readonly instants: readonly string[];
  readonly amounts: readonly string[];
  readonly names: readonly string[];
}

export async function readPopulation(client: OwnerClient): Promise<Population> {
  const column = async (text: string) =>
    (await client.query(text)).rows.map((row): string => String(Object.values(row)[0]));
  const tenants = await client.query<{ type: string; id: string }>(
    `select tenant_type as type, tenant_id as id from finance.account group by 1, 2 order by count(*) desc limit 12`,
  );
  return {
    // Owners and accountants first; some who read, and some who are nobody any more.
    users: await column(
      'select id from finance.app_user order by email = $$demo@finance.example$$ desc, md5(id::text) limit 25',
    ),
    tenants: tenants.rows.map(({ type, id }) => [type, id] as const),
    details: await column(
      `(select '/financial/accounts/' || id from finance.account order by md5(id::text) limit 60)
       union all (select '/financial/transactions/' || id from finance.transaction order by md5(id::text) limit 60)
       union all values ('/financial/accounts/x'), ('/financial/transactions/00000000-0000-4000-8000-000000000000')`,
    ),
    accounts: await column('select account_id from finance.transaction group by 1 order by count(*) desc limit 20'),
    instants: await column(
      `select to_char(created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')
       from finance.transaction order by md5(id::text) limit 30`,
    ),
    amounts: await column('select amount from finance.transaction order by md5(id::text) limit 40'),
    names: await column('select distinct name from finance.account order by 1'),
  };
}

type Parameter = readonly [string, string];
const one = (name: string, value: fc.Arbitrary<string>): fc.Arbitrary<Parameter> => fc.tuple(fc.constant(name), value);

/** A page of any list with zero to four parameters, some of them of another list. */
export function listRequests(population: Population): fc.Arbitrary<Asked> {
  const list = fc.oneof(
    asked('/financial/accounts', accountsOnly(population)),
    asked('/financial/transactions', transactionsOnly(population)),
    asked('/users', [one('size', fc.constantFrom('1', '3', '100'))]),
    asked('/me/permissions', [one('page', fc.constant('1'))]),
  );
  return withCaller(population, list);
}

export function detailRequests(population: Population): fc.Arbitrary<Asked> {
  return withCaller(
    population,
    fc.constantFrom(...population.details).map((path) => ({ path, query: '' })),
  );
}

/** More often than not a tenant that the user has: the sample's demo user owns the first organization. */
function withCaller(
  { users, tenants }: Population,
  request: fc.Arbitrary<Pick<Asked, 'path' | 'query'>>,
): fc.Arbitrary<Asked> {
  const known = fc.constantFrom(...tenants).map(([type, id]) => ({ type, id }));
  const tenant = fc.oneof(
    { weight: 8, arbitrary: known },
    { weight: 2, arbitrary: fc.constant({ type: null, id: null }) },
    { weight: 1, arbitrary: known.map(({ type }) => ({ type, id: null })) },
    { weight: 1, arbitrary: known.map(({ id }) => ({ type: 'planet', id })) },
    { weight: 1, arbitrary: known.map(({ type }) => ({ type, id: 'x' })) },
  );
  const user = fc.oneof(fc.constant(users[0] ?? ''), fc.constantFrom(...users));
  return fc.record({ user, tenant, request }).map(({ request: given, ...rest }) => ({ ...rest, ...given }));
}

function accountsOnly({ names }: Population): fc.Arbitrary<Parameter>[] {
  return [
    one('currency', several(['EUR', 'USD', 'GBP', 'SEK', 'XXX'])),
    one('search', partOf(names)),
    one('search', partOf(names)),
  ];
}

function transactionsOnly({ accounts, instants, amounts }: Population): fc.Arbitrary<Parameter>[] {
  const money = fc.constantFrom(...amounts, '0', '-0.01', '1.005', '1e3', '12345678901234567', 'NaN', '5.100', '');
  return [
    one('account_id', fc.constantFrom(...accounts, 'x')),
    one('status', several(['pending', 'posted', 'failed', 'lost'])),
    one('kind', several(['deposit', 'withdrawal', 'transfer', 'fee'])),
    one('created_at__gte', fc.constantFrom(...instants, '2026-10-01', 'now')),
    one('created_at__lt', fc.constantFrom(...instants, '2026-13-01')),
    one('amount__gte', money),
    one('amount__lte', money),
  ];
}

function asked(path: string, filters: readonly fc.Arbitrary<Parameter>[]) {
  const number = fc.oneof(
    fc.integer({ min: -1, max: 40 }).map(String),
    fc.constantFrom('', 'x', '1e2', '101', '9007199254740991', '9007199254740992', ' 1', '+1'),
  );
  const usual = fc.oneof(...filters, one('page', number), one('size', number));
  const odd = fc.oneof(one('_profile', fc.constantFrom('true', 'maybe')), one('acount', fc.constant('x')));
  const parameter = fc.oneof({ weight: 9, arbitrary: usual }, { weight: 1, arbitrary: odd });
  return fc.array(parameter, { maxLength: 4 }).map((parameters) => ({ path, query: print(parameters) }));
}

const several = (domain: readonly string[]) =>
  fc.array(fc.constantFrom(...domain), { maxLength: 3 }).map((values) => values.join(','));

/** Three to six characters from somewhere in one of the texts, sometimes in capitals, sometimes too few. */
const partOf = (texts: readonly string[]) =>
  fc
    .tuple(fc.constantFrom(...texts), fc.nat(8), fc.integer({ min: 2, max: 6 }), fc.boolean())
    .map(([text, from, length, loud]) => {
      const characters = [...text];
      const start = Math.min(from, Math.max(0, characters.length - length));
      const part = characters.slice(start, start + length).join('');
      return loud ? part.toUpperCase() : part;
    });

const print = (parameters: readonly Parameter[]) =>
  new URLSearchParams(parameters.map(([name, value]): [string, string] => [name, value])).toString();
