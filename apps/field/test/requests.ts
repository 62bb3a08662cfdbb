import type { OwnerClient } from 'altiplano';
import fc from 'fast-check';

/** Who asks for what. */
export interface Asked {
  readonly caller: string;
  readonly path: string;
  readonly query: string;
}

/** People who may ask, and values that rows have, so that random filters find something. */
export interface Population {
  readonly callers: readonly { readonly id: string; readonly role: string }[];
  readonly details: readonly string[];
  readonly people: readonly string[];
  readonly devices: readonly string[];
  readonly instants: readonly string[];
  readonly titles: readonly string[];
  readonly names: readonly string[];
}

export async function readPopulation(client: OwnerClient): Promise<Population> {
  const column = async (text: string) =>
    (await client.query(text)).rows.map((row): string => String(Object.values(row)[0]));
  const instants = (
    table: string,
    of: string,
  ) => `select to_char(${of} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')
    from field.${table} order by md5(id::text) limit 30`;
  const callers = await client.query<{ id: string; role: string }>(
    `(select id::text, role from field.people where id in (select min(id) from field.people group by tenant_id))
     union all
     (select id::text, role from field.people where role = 'counsellor' order by md5(id::text) limit 3)
     union all
     (select id::text, role from field.people where role = 'worker' order by md5(id::text) limit 12)`,
  );
  return {
    callers: callers.rows,
    details: await column(
      `(select '/api/tracking/' || id || '/' from field.tracking order by md5(id::text) limit 100)
       union all (select '/api/journal/' || id || '/' from field.journal_entry order by md5(id::text) limit 400)
       union all values ('/api/journal/999999999/'), ('/api/tracking/x/'), ('/api/journal/-1/')`,
    ),
    people: await column('select user_id from field.journal_entry group by 1 order by count(*) desc limit 20'),
    devices: await column('select deviceid from field.tracking group by 1 order by count(*) desc limit 20'),
    instants: [
      ...(await column(instants('tracking', 'receiveddate'))),
      ...(await column(instants('journal_entry', '"timestamp"'))),
    ],
    titles: await column('select distinct title from field.journal_entry order by 1'),
    names: await column(
      'select distinct text from field.people, unnest(array[name, code, email]) text where text is not null order by 1 limit 300',
    ),
  };
}

type Parameter = readonly [string, string];
const one = (name: string, value: fc.Arbitrary<string>): fc.Arbitrary<Parameter> => fc.tuple(fc.constant(name), value);

/** A list with zero to four filters, some of them of another list. */
export function listQueries(population: Population): fc.Arbitrary<Asked> {
  const list = fc.oneof(
    asked('/api/tracking/', [one('people_id', among(population.people)), ...trackingOnly(population)]),
    asked('/api/journal/', [one('user_id', among(population.people)), ...journalOnly(population)]),
    asked('/api/wellness/reports/', [one('period', fc.constant('2026-10'))]),
  );
  return fc.record({ caller: callerOf(population), list }).map(({ caller, list }) => ({ caller, ...list }));
}

/** A numbered page: numbers of all kinds and none, sizes, texts. */
export function pageQueries(population: Population): fc.Arbitrary<Asked> {
  const digits = fc.constantFrom(
    '٣',
    '２',
    '𝟙',
    '1_0',
    '1__0',
    '_1',
    '+2',
    '--2',
    ' 3 ',
    '\t1\n',
    '1.0',
    '1e2',
    '0x1',
    'Ⅳ',
    '²',
  );
  const number = fc.oneof(
    { weight: 4, arbitrary: fc.integer({ min: -2, max: 60 }).map(String) },
    { weight: 1, arbitrary: fc.bigInt({ min: -(10n ** 40n), max: 10n ** 40n }).map(String) },
    { weight: 1, arbitrary: fc.constantFrom('', 'abc', 'last', 'NaN', 'null', '9'.repeat(300)) },
    { weight: 2, arbitrary: digits },
    { weight: 1, arbitrary: fc.string({ maxLength: 5 }).filter((text) => !text.includes('\0')) },
  );
  const parameter = fc.oneof(
    { weight: 4, arbitrary: one('page', number) },
    { weight: 3, arbitrary: one('page_size', number) },
    { weight: 2, arbitrary: one('search', partOf(population.names)) },
    { weight: 1, arbitrary: one('action', fc.constantFrom('loadPeoples', 'loadpeoples', '')) },
  );
  return fc.tuple(callerOf(population), fc.array(parameter, { maxLength: 3 })).map(([caller, parameters]) => ({
    caller,
    path: '/api/y_helpdesk/',
    query: print([['action', 'loadPeoples'], ...parameters]),
  }));
}

const callerOf = ({ callers }: Population) => fc.constantFrom(...callers.map(({ id }) => id));
const among = (values: readonly string[]) => fc.constantFrom(...values, '0', '-1', '1e3', 'x', '9223372036854775808');

function trackingOnly({ devices, instants }: Population): fc.Arbitrary<Parameter>[] {
  return [
    one('identifier', several(['conveyance', 'external', 'internal', 'site', 'trip', 'walk'])),
    one('deviceid', fc.constantFrom(...devices, '', 'dev-', 'a,b')),
    one('receiveddate__gte', fc.constantFrom(...instants, '2026-10-01', 'now')),
    one('receiveddate__lt', fc.constantFrom(...instants, '2026-10-01', '2026-13-01')),
  ];
}

function journalOnly({ instants, titles }: Population): fc.Arbitrary<Parameter>[] {
  return [
    one('entry_type', several(['mood', 'gratitude', 'stress', 'incident', 'note', 'rant'])),
    one('privacy_scope', fc.constantFrom('private', 'manager', 'team', 'aggregate', 'public')),
    one('timestamp__gte', fc.constantFrom(...instants)),
    one('timestamp__lt', fc.constantFrom(...instants)),
    one('search', partOf(titles)),
  ];
}

function asked(path: string, filters: readonly fc.Arbitrary<Parameter>[]) {
  const usual = fc.oneof(...filters);
  const odd = fc.oneof(
    one('page_size', fc.constantFrom('1', '10', '100', '1000', '0', 'x')),
    one('_profile', fc.constantFrom('true', 'maybe')),
    one('titel', fc.constant('x')),
  );
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
