import type pg from 'pg';

/** A program as people write them: a list, and what belongs to each of its rows. */
export async function schema(pool: pg.Pool, name: string): Promise<void> {
  await pool.query(`create schema ${name}`);
  await pool.query(
    `create table ${name}.posts (id bigint generated always as identity primary key, author_id bigint, title text)`,
  );
  await pool.query(`create table ${name}.authors (id bigint primary key, name text)`);
  await pool.query(`insert into ${name}.authors select n, 'author ' || n from generate_series(1, 500) n`);
  await pool.query(
    `insert into ${name}.posts (author_id, title) select n, 'post ' || n from generate_series(1, 500) n`,
  );
}

export async function postsOneByOne(pool: pg.Pool, name: string, size: number): Promise<unknown[]> {
  const { rows } = await pool.query(`select id, author_id from ${name}.posts order by id limit $1`, [size]);
  return Promise.all(rows.map((row) => authorOf(pool, name, row.author_id)));
}

async function authorOf(pool: pg.Pool, name: string, id: string): Promise<unknown> {
  const { rows } = await pool.query(`select * from ${name}.authors where id = $1`, [id]);
  return rows[0];
}

/** In a transaction, with a savepoint for each row, none of which is a statement that counts. */
export async function postsAtOnce(pool: pg.Pool, name: string, size: number): Promise<unknown[]> {
  const client = await pool.connect();
  try {
    await client.query('begin');
    const { rows } = await client.query(`select id, author_id from ${name}.posts order by id limit $1`, [size]);
    for (const [at] of rows.entries()) {
      await client.query(`savepoint sp_${at}`);
      await client.query(`release savepoint sp_${at}`);
    }
    const found = await client.query(`select * from ${name}.authors where id = any($1)`, [
      rows.map((row) => row.author_id),
    ]);
    await client.query('commit');
    return found.rows;
  } finally {
    client.release();
  }
}
