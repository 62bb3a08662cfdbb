import type { OwnerClient } from 'altiplano';
import fc from 'fast-check';

/** Who may ask, and values that rows have, so that random filters find something. */
export interface Population {
  readonly members: readonly { readonly id: string; readonly role: string }[];
  readonly projects: readonly string[];
  readonly texts: readonly string[];
  readonly dates: readonly string[];
  readonly records: readonly string[];
  readonly instants: readonly string[];
}

export async function readPopulation(client: OwnerClient): Promise<Population> {
  const column = async (text: string) =>
    (await client.query(text)).rows.map((row): string => String(Object.values(row)[0]));
  const members = await client.query('select id, role from workboard.member order by md5(id::text)');
  return {
    members: members.rows,
    projects: await column('select id from workboard.project order by md5(id::text) limit 20'),
    texts: await column(
      `select substr(text, 1 + length(text) / 3, 3 + length(text) % 4)
       from (select title as text, id from workboard.task union all select name, id from workboard.project
             union all select upper(title), id from workboard.task) t
       where length(text) > 5 order by md5(id::text || text) limit 200`,
    ),
    dates: await column(
      'select distinct due_date::text as d from workboard.task where due_date is not null order by 1 limit 80',
    ),
    records: await column('select record_id from workboard.audit_log where record_id is not null order by id limit 50'),
    instants: await column(
      `select to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') from workboard.audit_log order by id limit 50`,
    ),
  };
}

export type Parameter = readonly [string, string];

export interface Question {
  readonly path: string;
  readonly parameters: readonly Parameter[];
}

/** A list, zero to four filters with their values from the population or near it, an order and a page size. */
export function questionsOf(population: Population): fc.Arbitrary<Question> {
  return fc.oneof(
    { weight: 5, arbitrary: questionOf('/tasks/', taskFilters(population), ['created_at', 'due_date', 'priority']) },
    { weight: 3, arbitrary: questionOf('/projects/', projectFilters(population), ['created_at']) },
    { weight: 2, arbitrary: questionOf('/audit-logs/', auditFilters(population), []) },
    { weight: 1, arbitrary: questionOf('/members/', null, ['created_at']) },
    { weight: 1, arbitrary: questionOf('/api-keys/', null, []) },
  );
}

function questionOf(path: string, filter: fc.Arbitrary<Parameter> | null, orders: readonly string[]) {
  const ordered = fc
    .option(fc.tuple(fc.constantFrom('', '-'), fc.constantFrom(...orders, '')), { freq: 2 })
    .map((order): Parameter[] => (order === null || order[1] === '' ? [] : [['order', order.join('')]]));
  const size = fc
    .option(fc.constantFrom('1', '7', '100', '1000'))
    .map((size): Parameter[] => (size ? [['page_size', size]] : []));
  const filters = filter === null ? fc.constant([]) : fc.array(filter, { maxLength: 4 });
  return fc.tuple(filters, ordered, size).map((parts): Question => ({ path, parameters: parts.flat() }));
}

const of = (names: readonly string[], value: fc.Arbitrary<string>): fc.Arbitrary<Parameter> =>
  fc.tuple(fc.constantFrom(...names), value);
const several = (...domain: readonly string[]) =>
  fc.array(fc.constantFrom(...domain, 'nonsense'), { maxLength: 3 }).map((list) => list.join(','));

function taskFilters({ members, projects, texts, dates }: Population): fc.Arbitrary<Parameter> {
  return fc.oneof(
    of(['status'], several('todo', 'in_progress', 'done')),
    of(['priority'], several('low', 'normal', 'high', 'urgent')),
    of(['project_id'], fc.constantFrom(...projects)),
    of(['assignee_id'], fc.constantFrom('null', ...members.map(({ id }) => id))),
    of(['due_date__gte', 'due_date__lt'], fc.constantFrom(...dates, '0001-01-01', '9999-12-31')),
    of(['search'], fc.constantFrom(...texts, 'größe', 'KELVIN k', '%', '   ', '🦙🦙🦙')),
    of(['due_date__lt', 'project_id', 'serach', 'search', 'page_size'], fc.constantFrom('', 'x', '-1')),
  );
}

function projectFilters({ members, texts }: Population): fc.Arbitrary<Parameter> {
  return fc.oneof(
    of(['status'], several('active', 'archived')),
    of(['owner_id'], fc.constantFrom(...members.map(({ id }) => id))),
    of(['search'], fc.constantFrom(...texts, 'what this', 'İstanbul', 'straße')),
  );
}

function auditFilters({ members, records, instants }: Population): fc.Arbitrary<Parameter> {
  return fc.oneof(
    of(['table'], several('task', 'project', 'member', 'api_key')),
    of(['action'], several('insert', 'update', 'delete')),
    of(['record_id'], fc.constantFrom(...records, 'nothing', '')),
    of(['actor_id'], fc.constantFrom(...members.map(({ id }) => id))),
    of(['at__gte', 'at__lt'], fc.constantFrom(...instants, '2020-01-01')),
  );
}

export function queryOf({ parameters }: Question): string {
  return new URLSearchParams([...parameters.map(([name, value]): [string, string] => [name, value])]).toString();
}
