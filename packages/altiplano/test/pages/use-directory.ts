import { buildBitmaps } from '../../src/bitmap/build.ts';
import { bitmapMigration } from '../../src/bitmap/definition.ts';
import { readCatalog } from '../../src/catalog/read.ts';
import { issueToken } from '../../src/cli/token.ts';
import { withOwner } from '../../src/execute/owner.ts';
import { ENGINE, migrate } from '../../src/migrate/run.ts';
import { type AppServer, useServer } from '../support/app-server.ts';
import { directory } from './directory.ts';

/** The first has nobody but its reader; the other firms' people are many. */
export const FIRMS = [1, 2, 3, 4].map((number) => `00000000-0000-4000-8000-0000000000f${number}`);

/** Of each firm one, who is asked for whom: a row like any other. */
export const readerOf = (firm: number): string => String(firm + 1);

const SQL = `
create schema directory;
set search_path to directory;
create table firm (id uuid primary key);
create table person (
  id bigint primary key, firm_id uuid not null references firm, name character varying(200) not null, email text not null default '',
  department text, is_active boolean not null default true, role text not null default 'clerk', unique (firm_id, id)
);
create unique index on person (firm_id, name collate "C", id);
create table office (
  id uuid primary key default gen_random_uuid(), firm_id uuid not null references firm, name text not null, floor float8,
  gone boolean not null default false, opened_at timestamptz not null default clock_timestamp(), unique (firm_id, id)
);
create unique index on office (firm_id, opened_at desc, id desc);
create index on office (firm_id, opened_at desc, id desc) where not gone;
create unique index on office (firm_id, name collate "C", id);
create index on office (firm_id, name collate "C", id) where not gone;
select altiplano.expose_schema('directory'), altiplano.isolate('person', 'firm_id'), altiplano.isolate('office', 'firm_id');
create function caller_identity(of_user bigint) returns table (role text, firm_id uuid) language sql stable security definer
begin atomic select p.role, p.firm_id from person p where p.id = of_user; end;
insert into firm select unnest('{${FIRMS.join(',')}}'::uuid[]);
insert into person (id, firm_id, name) select n, f, 'Reader' from unnest('{${FIRMS.join(',')}}'::uuid[]) with ordinality f (f, n);`;

/** `name` is the template's: what is in \`rows\` is there before the bitmaps are built. */
export function useDirectory(name: string, rows = ''): AppServer {
  const bitmaps = directory.resources.flatMap(({ bitmap }) => bitmap ?? []);
  const build = async (url: string) => {
    await migrate(ENGINE, { url, direction: 'up' });
    await withOwner(url, async (client) => {
      await client.query(SQL);
      await client.query(rows);
      const { tables } = await readCatalog(client, 'directory');
      const types = Object.fromEntries(
        [...tables.values()].map((table) => [
          table.name,
          Object.fromEntries([...table.columns.values()].map((column) => [column.name, column.type])),
        ]),
      );
      const [up = ''] = bitmapMigration(bitmaps, types).split('-- Down Migration');
      await client.query('set search_path to directory');
      await client.query(`begin; ${up}; commit`);
    });
    await buildBitmaps(url, 'directory');
    await withOwner(url, (client) => client.query('vacuum (analyze)'));
  };
  return useServer({
    template: { name, key: `${SQL}${rows}${JSON.stringify(bitmaps)} 1`, build },
    apps: [directory],
    prepare: async (owner, url) => {
      await owner.query('set search_path to directory');
      const tokens = FIRMS.map(async (_, firm) => [
        `firm ${firm}`,
        await issueToken(url, 'directory', readerOf(firm), [], 'test'),
      ]);
      return Object.fromEntries(await Promise.all(tokens));
    },
  });
}
