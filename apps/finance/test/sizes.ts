import { migrateApp, type Template, withOwner } from 'altiplano/testing';
import { finance } from '../app.ts';
import { buildKept, financeKey } from './finance-database.ts';

/** Accounts and transactions of three organizations in the same tables. */
export const SIZES = [5, 15, 15_000] as const;
const id = (kind: string, index: number) => `00000000-0000-4000-8${kind}00-00000000000${index}`;
export const organizationOf = (index: number): string => id('a', index);
export const USER = id('c', 0);

const fill = (size: number, index: number) => `
insert into organization (id, name) values ('${organizationOf(index)}', 'Of ${size}');
insert into organization_link (user_id, organization_id, role) values ('${USER}', '${organizationOf(index)}', 'owner');
insert into app_user (id, email, name)
select md5('user ${size} ' || i)::uuid, '${size}-' || i || '@sizes.example', 'User ' || md5(i::text) from generate_series(2, ${size}) i;
insert into organization_link (user_id, organization_id, role)
select md5('user ${size} ' || i)::uuid, '${organizationOf(index)}', 'viewer' from generate_series(2, ${size}) i;
insert into account (tenant_type, tenant_id, name, currency, created_by, updated_by)
select 'organization', '${organizationOf(index)}', 'Account ' || md5(i::text), (array['EUR', 'USD', 'GBP'])[1 + i % 3], '${USER}', '${USER}'
from generate_series(0, ${size} - 1) i;
insert into transaction (tenant_type, tenant_id, account_id, amount, kind, status, posted_at, created_by, created_at)
select 'organization', '${organizationOf(index)}', a.id, 1 + i % 500, 'deposit', 'posted', now(), '${USER}',
  timestamptz '2026-01-01' + i * interval '10 minutes'
from (select a.id, row_number() over (order by a.name) - 1 as place from account a where a.tenant_id = '${organizationOf(index)}') a
join generate_series(0, ${size} - 1) i on i % least(${size}, 200) = a.place;`;

const sql = `set search_path to finance;
insert into app_user (id, email, name) values ('${USER}', 'owner@sizes.example', 'Owner');
${SIZES.map(fill).join('\n')} reset search_path;`;

export const sizedFinance: Template = {
  name: 'finance_sized',
  key: `${financeKey()} 2 ${sql}`,
  build: async (url) => {
    await migrateApp(url, finance);
    await withOwner(url, async (owner) => {
      await owner.query(sql);
    });
    await buildKept(url);
    await withOwner(url, async (owner) => {
      await owner.query('vacuum analyze');
    });
  },
};
