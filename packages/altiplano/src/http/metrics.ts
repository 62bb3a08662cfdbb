import type { FastifyInstance } from 'fastify';
import { collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { Engine } from '../engine.ts';
import type { ReadFoldFigures } from '../observe/fold-figures.ts';
import { measureFolding } from './fold-metrics.ts';
import { countSignIns } from './sign-in-metrics.ts';

export interface FinishedRequest {
  readonly method: string;
  readonly route: string;
  readonly status: number;
  readonly seconds: number;
  /** How long a write waited for its row locks; undefined for what takes none. */
  readonly lockSeconds?: number;
}

export interface Metrics {
  observeRequest(request: FinishedRequest): void;
  mount(fastify: FastifyInstance): void;
}

/** From well under a page's budget to the request timeout. */
const BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/** A registry of its own, so that two servers in one process do not count each other's requests. */
export function createMetrics(
  { pool, listen }: Pick<Engine, 'pool' | 'listen'>,
  folding: ReadFoldFigures = () => [],
): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  const durations = new Histogram({
    name: 'altiplano_http_request_duration_seconds',
    help: 'Time from the first byte of a request to the end of its reply, by route pattern and status.',
    labelNames: ['method', 'route', 'status'],
    buckets: BUCKETS,
    registers,
  });
  const lockWaits = new Histogram({
    name: 'altiplano_row_lock_wait_seconds',
    help: 'Time a write took to get its row locks, by route pattern; it gives up after 4 s.',
    labelNames: ['method', 'route'],
    buckets: BUCKETS,
    registers,
  });
  const gauge = (name: string, help: string, read: () => number) =>
    new Gauge({
      name,
      help,
      registers,
      collect() {
        this.set(read());
      },
    });
  gauge('altiplano_pool_connections_total', 'Open database connections.', () => pool.totalCount);
  gauge('altiplano_pool_connections_idle', 'Database connections nobody uses.', () => pool.idleCount);
  gauge('altiplano_pool_requests_waiting', 'Requests that wait for a database connection.', () => pool.waitingCount);
  measureFolding(registry, folding);
  listen(countSignIns(registry));
  return {
    observeRequest({ method, route, status, seconds, lockSeconds }) {
      durations.observe({ method, route, status }, seconds);
      if (lockSeconds !== undefined) lockWaits.observe({ method, route }, lockSeconds);
    },
    mount(fastify) {
      fastify.get('/metrics', async (_request, reply) =>
        reply
          .type(registry.contentType)
          .header('cache-control', 'no-store')
          .send(await registry.metrics()),
      );
    },
  };
}
