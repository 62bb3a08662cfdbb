import { callbot } from '@altiplano/callbot';
import { serve, startEngine } from 'altiplano/testing';

/** What `altiplano serve --app callbot` does, without the command line around it. */
const { DATABASE_URL = '', ALTIPLANO_SECRET = '' } = process.env;
const engine = await startEngine({ url: DATABASE_URL, apps: [callbot], pepper: ALTIPLANO_SECRET });
const server = await serve({ engine, host: '127.0.0.1', port: 0, version: 'bench', logger: { level: 'error' } });
process.on('SIGTERM', () => {
  server.stop().then(() => process.exit(0));
});
console.log(`ready ${server.origin}`);
