import { Database } from 'altiplano/twin';
import type { ClientBase } from 'pg';

/** A tenant's figures as PostgreSQL prints them. */
export interface WellnessRow {
  readonly tenant: string;
  readonly people: string;
  readonly entries: string;
  readonly average_mood: string | null;
  readonly average_stress: string | null;
  readonly at_risk: string;
}

/**
 * The report of a month as the described job made it: a statement for the tenants, then one for each of them, whose people
 * and entries are counted in a loop. Private and aggregate entries count; deleted ones and those of inactive people do not.
 */
export async function reportNaively(client: ClientBase, schema: string, period: string): Promise<WellnessRow[]> {
  const database = new Database(client, schema);
  const tenants = await database.rows<{ id: string }>(
    `SELECT id::text FROM ${database.table('tenant')} WHERE is_active ORDER BY id`,
    [],
  );
  const reports: WellnessRow[] = [];
  for (const { id } of tenants) reports.push(await reportTenant(database, id, period));
  return reports;
}

interface Entry {
  readonly person: string;
  readonly entry: string | null;
  readonly mood: number | null;
  readonly stress: number | null;
}

async function reportTenant(database: Database, tenant: string, period: string): Promise<WellnessRow> {
  const rows = await database.rows<Entry>(
    `SELECT person.id::text AS person, entry.id::text AS entry, entry.mood_rating AS mood, entry.stress_level AS stress
     FROM ${database.table('people')} person
     LEFT JOIN ${database.table('journal_entry')} entry ON entry.tenant_id = person.tenant_id AND entry.user_id = person.id AND NOT entry.is_deleted
       AND date_trunc('month', entry.timestamp AT TIME ZONE 'UTC') = $2::date
     WHERE person.tenant_id = $1::uuid AND person.is_active`,
    [tenant, `${period}-01`],
  );
  const entries = rows.filter(({ entry }) => entry !== null);
  const strained = new Map<string, number>();
  for (const { person, stress } of entries) {
    if (stress !== null && stress >= 4) strained.set(person, (strained.get(person) ?? 0) + 1);
  }
  return {
    tenant,
    people: String(new Set(rows.map(({ person }) => person)).size),
    entries: String(entries.length),
    average_mood: average(entries.map(({ mood }) => mood)),
    average_stress: average(entries.map(({ stress }) => stress)),
    at_risk: String([...strained.values()].filter((count) => count >= 3).length),
  };
}

/** Of those that are given; two decimals, half away from zero, in whole numbers so that nothing is lost. */
function average(values: readonly (number | null)[]): string | null {
  const given = values.filter((value) => value !== null);
  if (given.length === 0) return null;
  const sum = given.reduce((total, value) => total + value, 0);
  const hundredths = Math.floor((sum * 200 + given.length) / (2 * given.length));
  return `${Math.floor(hundredths / 100)}.${String(hundredths % 100).padStart(2, '0')}`;
}
