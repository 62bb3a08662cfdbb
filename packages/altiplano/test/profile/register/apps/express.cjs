const express = require('express');
const { Pool } = require('pg');

const pool = new Pool({ connectionString: process.env.DATABASE_URL });
const app = express();
app.use((_request, _response, next) => {
  pool.query('select 1 as visitor', () => next());
});
const people = express.Router({ mergeParams: true });
people.get('/:id', async (request, response) => {
  const { rows } = await pool.query('select n as id from generate_series(1, $1::int) n', [request.query.pets ?? 3]);
  for (const { id } of rows) await loadPet(id);
  response.json({ id: request.params.id, rows });
});
async function loadPet(owner) {
  await pool.query('select $1::int as owner', [owner]);
}
app.use('/houses/:house/people', people);
app.get('/stream', (_request, response) => {
  const { PassThrough } = require('node:stream');
  const Stream = require('pg-query-stream');
  pool.connect().then((client) => {
    const rows = client.query(new Stream('select n from generate_series(1, 1000) n'));
    response.on('close', () => client.release());
    const text = new PassThrough();
    rows.on('data', ({ n }) => text.write(`${n}\n`));
    rows.on('end', () => text.end());
    text.pipe(response);
  });
});
// As old body parsers do: what follows is called in the context of the socket.
app.post('/body', (request, response) => {
  request.on('end', () => pool.query('select 1 as body', () => response.end('read')));
  request.resume();
});
app.post('/graphql', express.json(), async (request, response) => {
  await pool.query('select 1 as resolved');
  response.json({ data: request.body.operationName });
});
app.get('/fails', async () => {
  await pool.query('select nonsense');
});
app.get('/hangs', async (_request, response) => {
  response.write('begun');
  await pool.query('select pg_sleep(0.2)');
});
const server = app.listen(0, () => console.log(server.address().port));
