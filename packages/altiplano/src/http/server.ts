import type { AddressInfo } from 'node:net';
import Fastify, { type FastifyInstance, LogController } from 'fastify';
import type { Engine } from '../engine.ts';
import { Failure } from '../errors/failure.ts';
import type { ReadFoldFigures } from '../observe/fold-figures.ts';
import { tellsItself } from '../profile/scope.ts';
import { mountAdmin } from './admin-routes.ts';
import { answerClientError, MOST_HEADER_BYTES } from './client-error.ts';
import { type Connections, watchConnections } from './connections.ts';
import { mountDashboard } from './dashboard.ts';
import { mountDocs } from './docs.ts';
import { mountErrorPages } from './error-pages.ts';
import { guard } from './guard.ts';
import { mountHealth } from './health.ts';
import { watchPaths } from './known-paths.ts';
import { type LoggerChoice, loggerOptions } from './logger.ts';
import { createMetrics } from './metrics.ts';
import { altiplano, profilingOf } from './plugin.ts';
import { checkProtocol } from './protocol.ts';
import { MOST_BODY_BYTES } from './read-body.ts';
import { refuse } from './refuse.ts';
import { recordRequests } from './request-log.ts';

export interface ServeOptions {
  readonly engine: Engine;
  readonly host: string;
  readonly port: number;
  /** The version the API description names. */
  readonly version: string;
  readonly logger?: LoggerChoice;
  /** Believe `X-Forwarded-*`, of so many proxies: only behind those that set them. True believes all that is there. */
  readonly trustProxy?: boolean | number;
  /** Milliseconds a request has to arrive whole, body included. */
  readonly arrivalTimeout?: number;
  /** Milliseconds that requests under way may take to finish once the server stops; then they are cut off. */
  readonly stopTimeout?: number;
  /** How the rollups and bitmaps stand that this process folds, for the metrics. */
  readonly folding?: ReadFoldFigures;
  /** Notes where the time of every request goes, and tells those who may see it, below `/_altiplano`. */
  readonly dashboard?: boolean;
  /** Profiles show parameters, masked and cut. */
  readonly parameters?: boolean;
}

export interface HttpServer {
  readonly origin: string;
  readonly fastify: FastifyInstance;
  /** Refuses new requests, lets those under way finish, closes the engine. May be called again. */
  stop(): Promise<void>;
}

const STOP_MS = 10_000;

/** A request that has not arrived whole by then never will. */
const ARRIVAL_MS = 30_000;

/** Listens; the engine is the server's from here on, and is closed with it. */
export async function serve(options: ServeOptions): Promise<HttpServer> {
  const { engine, host, port } = options;
  const fastify = createFastify(options);
  let stopping: Promise<void> | null = null;
  const isStopping = () => stopping !== null;
  const connections = watchConnections(fastify.server);
  tellsItself(fastify.server);

  const metrics = createMetrics(engine, options.folding);
  guard(fastify);
  recordRequests(fastify, metrics);
  checkProtocol(fastify);
  refuseUnknownPaths(fastify);
  refuseWhenStopping(fastify, isStopping);
  mountHealth(fastify, engine, isStopping);
  metrics.mount(fastify);
  mountErrorPages(fastify, engine);
  await mountDocs(fastify, engine, options.version);
  const { dashboard = false, folding = () => [] } = options;
  const profiling = profilingOf(engine, {
    level: dashboard ? 'timings' : 'off',
    parameters: options.parameters ?? false,
  });
  mountAdmin(fastify, { engine, profiling, folding, dashboard });
  if (dashboard) mountDashboard(fastify);
  await fastify.register(altiplano, { engine, profiling });
  await fastify.listen({ host, port });

  return {
    origin: originOf(host, fastify.server.address()),
    fastify,
    stop: () => {
      stopping ??= stop({ fastify, connections, engine, timeout: options.stopTimeout ?? STOP_MS });
      return stopping;
    },
  };
}

function createFastify({ logger, trustProxy, arrivalTimeout = ARRIVAL_MS }: ServeOptions): FastifyInstance {
  return Fastify({
    http: {
      maxHeaderSize: MOST_HEADER_BYTES,
      requireHostHeader: false,
      // Node swaps the two limits when that of the headers is the longer, which then holds for bodies too; its own is 60 s.
      headersTimeout: arrivalTimeout,
      // Late requests are looked for every 30 seconds unless told otherwise.
      connectionsCheckingInterval: Math.ceil(arrivalTimeout / 4),
    },
    clientErrorHandler: answerClientError,
    frameworkErrors: (error, request, reply) => void refuse(error, request, reply),
    logger: loggerOptions(logger),
    // Fastify's own lines hold the URL; `request-log.ts` writes one that does not.
    logController: new LogController({ disableRequestLogging: true, requestIdLogLabel: 'request_id' }),
    trustProxy: typeof trustProxy === 'number' ? (_address, hop) => hop < trustProxy : (trustProxy ?? false),
    bodyLimit: MOST_BODY_BYTES,
    requestTimeout: arrivalTimeout,
    // Ours is a problem document.
    return503OnClosing: false,
    // An id of any length is an id that is not there, not a path that is not.
    routerOptions: { maxParamLength: MOST_HEADER_BYTES },
  });
}

/** Before any body is read, and with what would have been right. */
function refuseUnknownPaths(fastify: FastifyInstance): void {
  const paths = watchPaths(fastify);
  fastify.addHook('onRequest', async (request) => {
    const target = request.raw.url ?? '/';
    const isUnknown = request.is404 || paths.isMistaken(request.routeOptions.url, target);
    if (isUnknown) throw paths.explain(request.method, target);
  });
  fastify.setNotFoundHandler(() => {
    throw new Failure('REQ_PATH_UNKNOWN', { values: { suggestion: 'See /openapi.json for what there is.' } });
  });
}

/** A connection that is kept open may still bring requests; they are told to go elsewhere, and the connection closes. */
function refuseWhenStopping(fastify: FastifyInstance, stopping: () => boolean): void {
  fastify.addHook('onRequest', async ({ routeOptions }) => {
    const asksHealth = routeOptions.url === '/healthz' || routeOptions.url === '/readyz';
    if (stopping() && !asksHealth) throw new Failure('SERVER_STOPPING');
  });
  fastify.addHook('onSend', async (_request, reply) => {
    if (stopping()) reply.header('connection', 'close');
  });
}

interface Running {
  readonly fastify: FastifyInstance;
  readonly connections: Connections;
  readonly engine: Engine;
  readonly timeout: number;
}

async function stop({ fastify, connections, engine, timeout }: Running): Promise<void> {
  const deadline = setTimeout(() => fastify.server.closeAllConnections(), timeout);
  try {
    connections.closeQuiet();
    await fastify.close();
  } finally {
    clearTimeout(deadline);
    await engine.close();
  }
}

function originOf(host: string, address: AddressInfo | string | null): string {
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const everywhere = host === '0.0.0.0' || host === '::';
  const name = everywhere ? '127.0.0.1' : host;
  return `http://${name.includes(':') ? `[${name}]` : name}:${port}`;
}
