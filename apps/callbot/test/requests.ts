import type { OwnerClient } from 'altiplano';
import fc from 'fast-check';

/** Who may ask about which workspace, and values that rows there have, so that random filters find something. */
export interface Population {
  readonly members: readonly { readonly user: string; readonly workspace: string; readonly role: string }[];
  readonly strangers: readonly string[];
  readonly labels: readonly string[];
  readonly employees: readonly string[];
  readonly texts: readonly string[];
  readonly attributes: readonly string[];
  readonly durations: readonly string[];
  readonly instants: readonly string[];
}

export async function readPopulation(client: OwnerClient): Promise<Population> {
  const column = async (text: string) =>
    (await client.query(text)).rows.map((row): string => String(Object.values(row)[0]));
  const members = await client.query(
    'select m.user_id as "user", m.workspace_id as workspace, u.role from callbot.app_user_workspaces m join callbot.app_user u on u.id = m.user_id order by 1, 2',
  );
  return {
    members: members.rows,
    strangers: await column('select id from callbot.app_user order by id'),
    labels: await column('select id from callbot.label order by md5(id::text) limit 60'),
    employees: await column('select id from callbot.employee order by md5(id::text) limit 20'),
    texts: await column(
      `select substr(text, 1 + (length(text) / 3), 3 + length(text) % 4)
       from (select unnest(array[name, upper(name), email, phone]) as text, id from callbot.customer) t
       where length(text) > 8 order by md5(id::text || text) limit 200`,
    ),
    attributes: await column(
      `select a.key || '=' || a.value from callbot.customer c, jsonb_each_text(c.other_attributes) a
       where a.value is not null and a.key not like '%=%' order by md5(c.id::text || a.key) limit 200`,
    ),
    durations: await column('select distinct duration::text from callbot.customer order by 1 limit 60'),
    instants: await column(
      `select to_char(created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') from callbot.customer
       order by md5(id::text) limit 60`,
    ),
  };
}

type Parameter = readonly [string, string];

/** Zero to four filters, with their values from the population or near it. */
export function filtersOf(population: Population): fc.Arbitrary<readonly Parameter[]> {
  return fc.array(parameterOf(population), { maxLength: 4 });
}

function parameterOf(population: Population): fc.Arbitrary<Parameter> {
  const several = (domain: readonly string[]) =>
    fc.array(fc.constantFrom(...domain), { maxLength: 3 }).map((list) => list.join(','));
  const values = (domain: readonly string[]) => several([...domain, 'nonsense']);
  const of = (names: readonly string[], value: fc.Arbitrary<string>): fc.Arbitrary<Parameter> =>
    fc.tuple(fc.constantFrom(...names), value);
  const boolean = fc.constantFrom('true', 'false');
  const status = ['active', 'inactive', 'blocked', 'pending'];
  const quality = ['hot', 'warm', 'cold', 'dead'];
  const callStatus = ['pending', 'calling', 'completed', 'failed'];
  return fc.oneof(
    of(['status', 'status__in', 'status__neq'], values(status)),
    of(['quality', 'quality__in', 'quality__neq'], values(quality)),
    of(['call_status', 'call_status__in', 'call_status__neq'], values(callStatus)),
    of(['status__isnull', 'quality__isnull'], boolean),
    of(['carrier', 'carrier__in'], values(['Viettel', 'Mobifone', 'Vinaphone', 'Rare', 'T-Mobile'])),
    of(
      ['duration', 'duration__neq', 'duration__gt', 'duration__gte', 'duration__lt', 'duration__lte'],
      fc.constantFrom(...population.durations, '60', '1e2'),
    ),
    of(['labels__id', 'campaign_labels__id__in', 'labels__id__neq'], several(population.labels)),
    of(['other_attributes'], fc.constantFrom(...population.attributes, 'city=Atlantis', 'none=', 'score=7')),
    of(['is_test', 'checked'], boolean),
    of(['employee_id'], fc.constantFrom(...population.employees)),
    of(['search'], fc.constantFrom(...population.texts, 'needle', 'ΣΣΣ', '%_%')),
    of(['created_at__gte', 'created_at__lt'], fc.constantFrom(...population.instants)),
  );
}

export function queryOf(workspace: string, parameters: readonly Parameter[]): string {
  const query = new URLSearchParams([['workspace_id', workspace]]);
  for (const [name, value] of parameters) query.append(name, value);
  return query.toString();
}
