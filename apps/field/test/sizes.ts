import { isFurtherServer, migrateApp, type Template, withOwner } from 'altiplano/testing';
import { field } from '../app.ts';
import { buildKept, fieldKey } from './field-database.ts';

/** A further PostgreSQL gets fewer: loading takes longer than asking. */
const LARGE = isFurtherServer ? 5_000 : 15_000;
/** Tenants of so many people, points and entries, in the same tables. */
export const SIZES = [5, 15, LARGE] as const;
export const tenantOf = (index: number): string => `00000000-0000-4000-8000-00000000000${index + 1}`;
/** The first of each tenant's people is a supervisor, the second a worker. */
export const FIRST = [1, 101, 201] as const;

const fill = (size: number, index: number) => `
insert into tenant (id, name) values ('${tenantOf(index)}', 'Of ${size}');
insert into people (id, tenant_id, code, name, email, role) overriding system value
select ${FIRST[index]} + i, '${tenantOf(index)}', 'P' || i, 'Person ' || md5(i::text), i || '@example.org',
  case i when 0 then 'supervisor' else 'worker' end
from generate_series(0, ${size} - 1) i;
insert into tracking (tenant_id, people_id, identifier, deviceid, receiveddate, latitude, longitude)
select '${tenantOf(index)}', ${FIRST[index]} + i % least(${size}, 500), (array['trip', 'site', 'internal', 'external', 'conveyance'])[1 + i % 5],
  'dev-' || i % least(${size}, 500), timestamptz '2026-01-01' + i * interval '10 minutes', 10, 20
from generate_series(0, ${size} - 1) i;
insert into journal_entry (tenant_id, user_id, entry_type, privacy_scope, timestamp, title, stress_level)
select '${tenantOf(index)}', ${FIRST[index]} + i % least(${size}, 500), (array['mood', 'stress', 'note'])[1 + i % 3],
  (array['private', 'team', 'manager', 'aggregate'])[1 + i % 4], timestamptz '2026-01-01' + i * interval '10 minutes', 'Entry ' || md5(i::text), 1 + i % 5
from generate_series(0, ${size} - 1) i;`;

const sql = `set search_path to field; ${SIZES.map(fill).join('\n')} reset search_path;`;

export const sizedField: Template = {
  name: 'field_sized',
  key: `${fieldKey()} 1 ${sql}`,
  build: async (url) => {
    await migrateApp(url, field);
    await withOwner(url, async (owner) => {
      await owner.query(sql);
    });
    await buildKept(url);
    await withOwner(url, async (owner) => {
      await owner.query('vacuum analyze');
    });
  },
};
