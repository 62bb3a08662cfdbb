import { useDatabase, withOwner } from 'altiplano/testing';
import { expect, test } from 'vitest';
import { emptyCallbot } from './callbot-database.ts';

const database = useDatabase(emptyCallbot);

// Found in review: with the schema alone in search_path a caller's temporary table came first, and its trigger ran as owner.
test('a function that runs as its owner resolves names where nobody else can put any, and is not for everybody', async () => {
  const { rows } = await withOwner(database.url(), (client) =>
    client.query(`
      select p.oid::regprocedure::text as name, p.pronamespace::regnamespace::text as schema, p.prosqlbody is not null as bound, p.proconfig as settings,
        has_function_privilege('public', p.oid, 'execute') as public
      from pg_proc p
      where p.prosecdef and p.pronamespace in ('callbot'::regnamespace, 'altiplano'::regnamespace)`),
  );
  expect(rows.length).toBeGreaterThan(8);
  for (const { name, schema, bound, settings, public: everybody } of rows) {
    expect({ name, everybody }).toEqual({ name, everybody: false });
    // Names in a body bound at creation are not looked up again.
    if (!bound) expect(settings, name).toContain(`search_path=${schema}, pg_temp`);
  }
});
