import { serve } from '@hono/node-server';
import { Hono } from 'hono';
import postgres from 'postgres';

const sql = postgres(process.env.DATABASE_URL, { max: 2 });
const app = new Hono();
app.use('*', async (_context, next) => {
  await sql`select 1 as middle`;
  await next();
});
app.get('/people/:id', async (context) => {
  const people = await sql`select n as id, ${context.req.param('id')}::int as asked from generate_series(1, 3) n`;
  for (const { id } of people) await loadPet(id);
  return context.json(people);
});
app.get('/transaction', async (context) => {
  await sql.begin(async (transaction) => {
    await transaction`select 2`;
    await transaction.unsafe('select $1::int', [3]);
  });
  const seen = [];
  await sql`select n from generate_series(1, 5) n`.cursor(2, (rows) => seen.push(rows.length));
  for await (const rows of sql`select n from generate_series(1, 3) n`.cursor(2)) seen.push(rows.length);
  await askTwice();
  await sql`select nonsense`.catch(() => {});
  return context.json(seen);
});
async function askTwice() {
  for (const _ of [1, 2]) await sql.unsafe('select 5');
}
async function loadPet(owner) {
  await sql`select ${owner}::int as owner`;
}
serve({ fetch: app.fetch, port: 0 }, ({ port }) => console.log(port));
