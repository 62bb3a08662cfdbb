import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import type { FastifyInstance } from 'fastify';
import type { Engine } from '../engine.ts';
import { describeApi } from '../openapi/describe-api.ts';

/** Scripts, styles and images are this server's own; `data:` images and inline styles are what Swagger UI is made with. */
const POLICY = [
  "default-src 'self'",
  "img-src 'self' data:",
  "style-src 'self' 'unsafe-inline'",
  "object-src 'none'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** The bar on top would load any other description from an address typed into it. */
const PLAIN = '.swagger-ui .topbar { display: none }';

/** `/openapi.json` and its page at `/docs`, from the package's own files: nothing is fetched from elsewhere. */
export async function mountDocs(
  fastify: FastifyInstance,
  { services, actions, signIns }: Pick<Engine, 'services' | 'actions' | 'signIns'>,
  version: string,
): Promise<void> {
  const document = describeApi(services, version, actions, signIns);
  const text = JSON.stringify(document);
  fastify.get('/openapi.json', async (_request, reply) => reply.type('application/json; charset=utf-8').send(text));
  await fastify.register(swagger, { mode: 'static', specification: { document: JSON.parse(text) } });
  await fastify.register(swaggerUi, {
    routePrefix: '/docs',
    staticCSP: POLICY,
    uiConfig: { docExpansion: 'list', persistAuthorization: false },
    theme: { title: 'Altiplano', css: [{ filename: 'plain.css', content: PLAIN }] },
  });
}
