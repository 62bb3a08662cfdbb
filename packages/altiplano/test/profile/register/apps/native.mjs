import { createServer } from 'node:http';
import { createRequire } from 'node:module';

const { Pool } = createRequire(process.env.OTHER_FOLDER)('pg').native;
const pool = new Pool({ connectionString: 'postgres://nobody@127.0.0.1/none', max: 1 });
const server = createServer(async (_request, response) => {
  const { rows } = await pool.query('select id from pets');
  for (const { id } of rows) await ownerOf(id);
  await pool.query('select nonsense').catch(() => {});
  response.end('done');
});
async function ownerOf(id) {
  await pool.query('select name from owners where pet = $1', [id]);
}
server.listen(0, () => console.log(server.address().port));
