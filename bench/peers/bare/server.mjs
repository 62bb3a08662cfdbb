// The very statement Altiplano would run, behind node:http and nothing else: what a service without a framework reaches.
import { readFileSync } from 'node:fs';
import pg from 'pg';
import { serve } from '../serve.mjs';

const works = JSON.parse(readFileSync(process.env.WORKS, 'utf8'));
const pool = new pg.Pool({
  connectionString: process.env.DATABASE_URL,
  max: 10,
  pipeline: true,
  options: process.env.SESSION_OPTIONS,
});
const SESSION = "select set_config('altiplano.tenant', $1, true), set_config('altiplano.caller', $2, true)";

serve(async (query) => {
  const { statement, session } = works[query.get('case')];
  const client = await pool.connect();
  try {
    const [, , { rows }] = await Promise.all([
      client.query('begin read only'),
      client.query({ name: 'session', text: SESSION, values: [session.tenant, session.caller] }),
      client.query({ name: statement.name, text: statement.text, values: statement.values }),
      client.query('commit'),
    ]);
    return `{"results":[${rows[0].items ?? ''}],"next":null,"previous":null,"count":${rows[0].count ?? 'null'}}`;
  } finally {
    client.release();
  }
});
