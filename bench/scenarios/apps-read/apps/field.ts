import type { OwnerClient } from 'altiplano';
import { field } from '../../../../apps/field/app.ts';
import { answerNaively } from '../../../../apps/field/naive.ts';
import { openContent } from '../../../../apps/field/test/content.ts';
import type { AppBench, AppCase, Place } from '../app-bench.ts';

const PAGE = 25;
/** The page that the described screen was slow on. */
const DEEP = 40_000;

const ask = (name: string, path: string, query = ''): AppCase => ({
  name: `GET ${path.replace(/\d+/, '{id}')}${name === '' ? '' : ` ${name}`}`,
  target: query === '' ? path : `${path}?${query}`,
  // The naive twin loads the whole list for a search.
  naive: query.includes('search=') ? null : { query, offset: 0 },
});

export const fieldBench: AppBench = {
  app: field,
  volumes: {
    quick: { tenants: 3, people: 25_000, tracking: 25_000, journal: 6_000 },
    // Four fifths are the first tenant's: a million people, whose page 40,000 is not the last.
    full: { tenants: 3, people: 1_251_000, tracking: 1_250_000, journal: 200_000 },
  },
  places: async (owner) => {
    const { rows } = await owner.query<Place>(
      `select (select p.id::text from field.people p where p.tenant_id = t.id and p.role = 'supervisor' order by p.id limit 1) as user,
         (select count(*)::int from field.people p where p.tenant_id = t.id) as size
       from field.tenant t where exists (select from field.people p where p.tenant_id = t.id) order by 2`,
    );
    const [small, large] = [rows[0], rows.at(-1)];
    return small === undefined || large === undefined ? [] : [small, large];
  },
  cases: async (owner, place) => {
    const values = await readValues(owner, place);
    const { person, device, since, until, point, entry, title, email } = values;
    const range = `receiveddate__gte=${encodeURIComponent(since)}&receiveddate__lt=${encodeURIComponent(until)}`;
    return [
      ask('', '/api/tracking/'),
      ask('by kind', '/api/tracking/', 'identifier=conveyance,external'),
      ask('by person', '/api/tracking/', `people_id=${person}`),
      ask('by device and range', '/api/tracking/', `deviceid=${device}&${range}`),
      ask('', `/api/tracking/${point}/`),
      ask('as supervisor', '/api/journal/'),
      { ...ask('as worker', '/api/journal/'), user: values.worker },
      ask('filtered', '/api/journal/', 'entry_type=stress&privacy_scope=manager'),
      ask('searched', '/api/journal/', `search=${encodeURIComponent(title)}`),
      ask('', `/api/journal/${entry}/`),
      ...pages(place),
      ask('searched', '/api/y_helpdesk/', `action=loadPeoples&search=${encodeURIComponent(email)}`),
      ask('', '/api/wellness/reports/'),
    ];
  },
  naive: (owner, { user }, path, { query }) =>
    answerNaively(
      owner,
      field.schema,
      { user: { id: user }, path, query, origin: 'http://bench' },
      { open: openContent },
    ),
};

function pages({ size }: Place): readonly AppCase[] {
  const last = Math.ceil(size / PAGE);
  const page = (name: string, number: number) => ask(name, '/api/y_helpdesk/', `action=loadPeoples&page=${number}`);
  return [
    page('page 1', 1),
    ...(DEEP < last ? [page(`page ${DEEP.toLocaleString('en')}`, DEEP)] : []),
    page('last page', last),
  ];
}

/** Values that rows of the tenant have. */
interface Values {
  readonly worker: string;
  readonly person: string;
  readonly device: string;
  readonly since: string;
  readonly until: string;
  readonly point: string;
  readonly title: string;
  readonly entry: string;
  readonly email: string;
}

async function readValues(client: OwnerClient, { user }: Place): Promise<Values> {
  const { rows } = await client.query<Values>(
    `select (select p.id::text from field.people p where p.tenant_id = s.tenant_id and p.is_active and p.role = 'worker'
             order by p.id limit 1) as worker,
            t.people_id::text as person, t.deviceid as device, t.id::text as point,
            to_char((t.receiveddate - interval '30 days') at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as since,
            to_char((t.receiveddate + interval '1 day') at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as until,
            e.title, e.id::text as entry,
            (select p.email from field.people p where p.tenant_id = s.tenant_id and p.email is not null
             order by p.id desc limit 1) as email
     from field.people s
     cross join lateral (select * from field.tracking where tenant_id = s.tenant_id
                         order by receiveddate desc, id desc limit 1) t
     cross join lateral (select * from field.journal_entry
                         where tenant_id = s.tenant_id and not is_deleted and privacy_scope = 'team'
                         order by "timestamp" desc, id desc limit 1) e
     where s.id = $1`,
    [user],
  );
  const [found] = rows;
  if (found === undefined) throw new Error(`the tenant of ${user} has no points or entries`);
  return found;
}
