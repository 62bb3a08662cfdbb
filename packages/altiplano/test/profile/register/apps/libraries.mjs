import { createServer } from 'node:http';
import { PrismaPg } from '@prisma/adapter-pg';
import { asc, eq, sql as raw } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/node-postgres';
import { integer, pgTable, text } from 'drizzle-orm/pg-core';
import knexOf from 'knex';
import { Kysely, PostgresDialect, sql } from 'kysely';
import pg from 'pg';
import { DataTypes, Sequelize } from 'sequelize';

// One connection each, so that of two at once the second waits.
const url = process.env.DATABASE_URL;
const pool = () => new pg.Pool({ connectionString: url, max: 1 });
const kysely = new Kysely({ dialect: new PostgresDialect({ pool: pool() }) });
const knex = knexOf({ client: 'pg', connection: url, pool: { min: 0, max: 1 } });
const orm = drizzle(pool());
const author = pgTable('library_author', { id: integer('id'), name: text('name') });
const post = pgTable('library_post', { id: integer('id'), authorId: integer('author_id') });
const sequelize = new Sequelize(url, { logging: false, pool: { max: 1 } });
const options = { timestamps: false, underscored: true, freezeTableName: true };
const Author = sequelize.define('library_author', { name: DataTypes.TEXT }, options);
const Post = sequelize.define('library_post', {}, options);
Post.belongsTo(Author, { foreignKey: 'author_id' });
const prisma = await new PrismaPg({ connectionString: url, max: 1 }).connect();
const plain = (text) => ({ sql: text, args: [], argTypes: [] });

/** Of each library: the list, the author of one of its rows, and a query that takes its time. */
const libraries = {
  kysely: {
    list: () => kysely.selectFrom('library_post').selectAll().orderBy('id').execute(),
    async author({ author_id: id }) {
      await kysely.selectFrom('library_author').selectAll().where('id', '=', id).execute();
    },
    slow: () => sql`select pg_sleep(0.3)`.execute(kysely),
  },
  knex: {
    list: () => knex('library_post').orderBy('id'),
    async author({ author_id: id }) {
      await knex('library_author').where({ id });
    },
    slow: () => knex.raw('select pg_sleep(0.3)'),
  },
  drizzle: {
    list: () => orm.select().from(post).orderBy(asc(post.id)),
    async author({ authorId }) {
      await orm.select().from(author).where(eq(author.id, authorId));
    },
    slow: () => orm.execute(raw`select pg_sleep(0.3)`),
  },
  sequelize: {
    list: () => Post.findAll({ order: ['id'] }),
    async author(one) {
      await one.getLibrary_author();
    },
    slow: () => sequelize.query('select pg_sleep(0.3)'),
  },
  prisma: {
    async list() {
      const { rows } = await prisma.queryRaw(plain('select id, author_id from library_post order by id'));
      return rows.map(([id, authorId]) => ({ id, authorId }));
    },
    async author({ authorId }) {
      const type = { scalarType: 'int', dbType: 'INTEGER', arity: 'scalar' };
      const text = 'select id, name from library_author where id = $1';
      await prisma.queryRaw({ sql: text, args: [authorId], argTypes: [type] });
    },
    slow: () => prisma.queryRaw(plain('select pg_sleep(0.3)::text')),
  },
};

const server = createServer(async (request, response) => {
  const [, name, what] = new URL(request.url, 'http://localhost').pathname.split('/');
  const { list, author: authorOf, slow } = libraries[name];
  if (what === 'waits') await Promise.all([slow(), slow()]);
  else for (const one of await list()) await authorOf(one);
  response.end('done');
});
server.listen(0, () => console.log(server.address().port));
