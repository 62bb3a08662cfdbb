import { createServer } from 'node:http2';
import fastify from 'fastify';
import pg from 'pg';

const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL });

const compatible = createServer(async (request, response) => {
  let body = '';
  request.on('data', (chunk) => {
    body += chunk;
  });
  request.on('end', () => pool.query('select 1 as body', () => response.end(body)));
});
const streams = createServer();
streams.on('stream', async (stream, headers) => {
  const { rows } = await pool.query('select $1::text as path', [headers[':path']]);
  stream.respond({ ':status': 201 });
  stream.end(rows[0].path);
});
const app = fastify({ http2: true });
app.get('/people/:id', async ({ params }) => {
  const { rows } = await pool.query('select n as id from generate_series(1, 5) n');
  for (const { id } of rows) await petOf(id);
  return { id: params.id };
});
async function petOf(id) {
  await pool.query('select $1::int as pet', [id]);
}
const listening = (server) => new Promise((resolve) => server.listen(0, () => resolve(server.address().port)));
await app.listen({ port: 0 });
console.log([await listening(compatible), await listening(streams), app.server.address().port].join(' '));
