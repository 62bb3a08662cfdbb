import { callbot } from '@altiplano/callbot';
import { serve, startEngine } from 'altiplano/testing';

/** The server, told to collect its garbage and asked for the size of its heap. */
const { DATABASE_URL = '', ALTIPLANO_SECRET = '' } = process.env;
const engine = await startEngine({ url: DATABASE_URL, apps: [callbot], pepper: ALTIPLANO_SECRET });
const server = await serve({ engine, host: '127.0.0.1', port: 0, version: 'bench', logger: { level: 'error' } });
process.on('message', (word) => {
  if (word === 'collect') globalThis.gc?.();
  process.send?.({ heap: process.memoryUsage().heapUsed });
});
process.on('disconnect', () => process.exit(0));
process.send?.({ origin: server.origin });
