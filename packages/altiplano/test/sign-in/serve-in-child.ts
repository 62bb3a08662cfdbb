import { startEngine } from '../../src/engine.ts';
import { serve } from '../../src/http/server.ts';
import { APPS, SIGNING } from './house.ts';

// A node as a process of its own, to be killed.
const engine = await startEngine({
  url: process.argv[2] ?? '',
  apps: APPS,
  pepper: 'test',
  poolSize: 4,
  signing: SIGNING,
});
const { origin } = await serve({ engine, host: '127.0.0.1', port: 0, version: '0.0.0', logger: false });
console.log(origin);
