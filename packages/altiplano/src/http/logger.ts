import type { FastifyRequest } from 'fastify';

export type LoggerChoice = boolean | object;

/** Pino's options. `LOG_LEVEL` says how much; what a line may hold of a request is decided here, whoever logs it. */
export function loggerOptions(choice: LoggerChoice | undefined): LoggerChoice {
  if (choice === false) return false;
  return {
    level: process.env.LOG_LEVEL ?? 'info',
    redact: ['authorization', '*.authorization', 'req.headers', 'cookie', '*.cookie'],
    serializers: { req: ({ method, routeOptions }: FastifyRequest) => ({ method, route: routeOptions?.url }) },
    ...(typeof choice === 'object' ? choice : {}),
  };
}
