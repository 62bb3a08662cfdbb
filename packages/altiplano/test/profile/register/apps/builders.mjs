import { createServer } from 'node:http';
import { sql as drizzleSql } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/node-postgres';
import { integer, pgTable } from 'drizzle-orm/pg-core';
import knexOf from 'knex';
import { Kysely, PostgresDialect, sql } from 'kysely';
import pg from 'pg';

const url = process.env.DATABASE_URL;
const kysely = new Kysely({ dialect: new PostgresDialect({ pool: new pg.Pool({ connectionString: url }) }) });
const knex = knexOf({ client: 'pg', connection: url });
const orm = drizzle(new pg.Pool({ connectionString: url }));
const series = pgTable('pg_class', { oid: integer('oid') });

const asked = {
  async kysely(id) {
    await kysely.selectNoFrom(sql`${id}::int`.as('id')).execute();
  },
  async knex(id) {
    await knex.select(knex.raw('?::int as id', [id]));
  },
  async drizzle(id) {
    await orm.select({ oid: series.oid }).from(series).where(drizzleSql`${series.oid} = ${id}`);
  },
};

const server = createServer(async (request, response) => {
  const { pathname } = new URL(request.url, 'http://localhost');
  for (const id of [1, 2, 3]) await asked[pathname.slice(1)](id);
  response.end('done');
});
server.listen(0, () => console.log(server.address().port));
