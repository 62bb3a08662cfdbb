import { callbot } from '@altiplano/callbot';
import { serve, spareMemory, startEngine, startFolder } from 'altiplano/testing';

/** What `altiplano serve --app callbot` does, without the command line around it. */
spareMemory();
const { DATABASE_URL = '', ALTIPLANO_SECRET = '' } = process.env;
const engine = await startEngine({ url: DATABASE_URL, apps: [callbot], pepper: ALTIPLANO_SECRET });
const dashboard = process.argv.includes('--dashboard');
const logger = { level: 'error' };
const server = await serve({ engine, host: '127.0.0.1', port: 0, version: 'bench', logger, dashboard });
const folder = startFolder({ url: DATABASE_URL });
process.on('SIGTERM', () => {
  Promise.all([server.stop(), folder.stop()]).then(() => process.exit(0));
});
console.log(`ready ${server.origin}`);
