import { accept, job, type RunQuery, sql } from 'altiplano';
import { monthOf, previousMonth } from './period.ts';

/** Tenants of one bulk write. */
const SLICE = 1_000;
const BEFORE_ALL = '00000000-0000-0000-0000-000000000000';

/** How many tenants there are makes no difference to how many statements read them: one counts people, one entries. */
export const wellness = job({
  name: 'wellness',
  summary: 'Wellness reports of a month, for every tenant',
  schedule: '0 3 1 * *',
  payload: { period: accept.text({ most: 7 }), tenant: accept.uuid() },
  async run({ payload, checkpoint, query, step }) {
    const { start, end } = monthOf(payload.period ?? previousMonth(new Date()));
    const { after = BEFORE_ALL, done = 0 } = (checkpoint as { after: string; done: number } | null) ?? {};
    const only = payload.tenant ?? null;
    const people = await countPeople(query, after, only);
    const figures = new Map((await countEntries(query, { after, only, start, end })).map((row) => [row.tenant, row]));
    const reports = people.map((row) => ({ ...NOTHING, ...figures.get(row.tenant), ...row }));
    for (let from = 0; from < reports.length; from += SLICE) {
      const slice = reports.slice(from, from + SLICE);
      await step(async (inside) => {
        await write(inside, slice, { start, end });
        const written = done + from + slice.length;
        return {
          checkpoint: { after: slice.at(-1)?.tenant, done: written },
          done: written,
          total: done + reports.length,
        };
      });
    }
  },
});

const NOTHING = { entries: 0, average_mood: null, average_stress: null, at_risk: 0 };

interface Span {
  readonly start: string;
  readonly end: string;
}

type Selected = { readonly after: string; readonly only: string | null };

/** Active people of active tenants; a tenant of nobody has a report too. */
function countPeople(query: RunQuery, after: string, only: string | null) {
  return query<{ tenant: string; people: number }>(sql`
    select t.id as tenant, count(p.id)::int as people
    from field.tenant t left join field.people p on p.tenant_id = t.id and p.is_active
    where t.is_active and t.id > ${after}::uuid and (${only}::uuid is null or t.id = ${only}::uuid)
    group by t.id order by t.id`);
}

/** Of the same people, whatever the entry's privacy: a figure tells nobody's words. What was deleted does not count. */
function countEntries(query: RunQuery, { after, only, start, end }: Selected & Span) {
  return query<{ tenant: string; entries: number; average_mood: string; average_stress: string; at_risk: number }>(sql`
    select u.tenant_id as tenant, sum(u.entries)::int as entries,
      round(sum(u.mood) / nullif(sum(u.moods), 0), 2) as average_mood,
      round(sum(u.stress) / nullif(sum(u.stresses), 0), 2) as average_stress,
      (count(*) filter (where u.strained >= 3))::int as at_risk
    from (
      select e.tenant_id, count(*) as entries, sum(e.mood_rating) as mood, count(e.mood_rating) as moods,
        sum(e.stress_level) as stress, count(e.stress_level) as stresses, count(*) filter (where e.stress_level >= 4) as strained
      from field.journal_entry e join field.people p on p.tenant_id = e.tenant_id and p.id = e.user_id and p.is_active
      where not e.is_deleted and e.tenant_id > ${after}::uuid and (${only}::uuid is null or e.tenant_id = ${only}::uuid)
        and e."timestamp" >= (${start}::date)::timestamp at time zone 'UTC'
        and e."timestamp" < (${end}::date + 1)::timestamp at time zone 'UTC'
      group by e.tenant_id, e.user_id
    ) u
    group by u.tenant_id`);
}

/** What is there already and says the same is left as it is. */
function write(query: RunQuery, reports: readonly object[], { start, end }: Span) {
  const rows = sql.rows('r', reports, {
    ...{ tenant: 'uuid', people: 'integer', entries: 'integer', average_mood: 'numeric', average_stress: 'numeric' },
    at_risk: 'integer',
  });
  return query(sql`
    insert into field.wellness_report as w
      (tenant_id, period_start, period_end, people, entries, average_mood, average_stress, at_risk)
    select r.tenant, ${start}::date, ${end}::date, r.people, r.entries, r.average_mood, r.average_stress, r.at_risk
    from ${rows} order by r.tenant
    on conflict (tenant_id, period_start, period_end) do update set
      people = excluded.people, entries = excluded.entries, average_mood = excluded.average_mood,
      average_stress = excluded.average_stress, at_risk = excluded.at_risk, created_at = excluded.created_at
    where (w.people, w.entries, w.average_mood, w.average_stress, w.at_risk)
      is distinct from (excluded.people, excluded.entries, excluded.average_mood, excluded.average_stress, excluded.at_risk)`);
}
