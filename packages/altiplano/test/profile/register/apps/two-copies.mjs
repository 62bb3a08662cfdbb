import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import pg from 'pg';

const other = createRequire(process.env.OTHER_FOLDER)('pg');
const connection = { connectionString: process.env.DATABASE_URL };
const pools = [new pg.Pool(connection), new other.Pool(connection)];
const server = createServer(async (_request, response) => {
  for (const [index, pool] of pools.entries()) await pool.query(`select ${index} as copy`);
  response.end(String(other.Client !== pg.Client));
});
server.listen(0, () => console.log(server.address().port));
