import { createServer } from 'node:http';
import pg from 'pg';

/** A server as many are: node's http, a pool, and as many statements as the path says, one after the other. */
const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 10 });
const server = createServer(async (request, response) => {
  const times = Number(request.url?.slice(1));
  for (let id = 0; id < times; id++) await pool.query('select $1::int as id, now() as at', [id]);
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify({ times }));
});
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  if (typeof address === 'object') console.log(`ready http://127.0.0.1:${address?.port}`);
});
process.on('SIGTERM', () => process.exit(0));
