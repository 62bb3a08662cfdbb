import Router from '@koa/router';
import Koa from 'koa';
import pg from 'pg';

const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL });
const app = new Koa();
const router = new Router();
app.use(async (_context, next) => {
  await pool.query('select 1 as middle');
  await next();
});
router.get('/people/:id', async (context) => {
  const { rows } = await pool.query('select $1::int as id', [context.params.id]);
  context.body = rows;
});
app.use(router.routes());
const server = app.listen(0, () => console.log(server.address().port));
