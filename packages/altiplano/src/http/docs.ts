import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import type { FastifyInstance } from 'fastify';
import type { Engine } from '../engine.ts';
import { describeApi } from '../openapi/describe-api.ts';
import type { Schema } from '../openapi/schema.ts';

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

/** `/openapi.json` of all apps, `/openapi/<app>.json` of each, and the page at `/docs`, from the package's own files. */
export async function mountDocs(fastify: FastifyInstance, engine: Described, version: string): Promise<void> {
  const text = JSON.stringify(describeAll(engine, version));
  const mount = (path: string, content: string) =>
    fastify.get(path, async (_request, reply) => reply.type('application/json; charset=utf-8').send(content));
  mount('/openapi.json', text);
  for (const app of engine.apps) mount(pathOf(app), JSON.stringify(describeOne(engine, app, version)));
  await fastify.register(swagger, { mode: 'static', specification: { document: JSON.parse(text) } });
  await fastify.register(swaggerUi, {
    routePrefix: '/docs',
    staticCSP: POLICY,
    uiConfig: { docExpansion: 'list', persistAuthorization: false },
    theme: { title: 'Altiplano', css: [{ filename: 'plain.css', content: PLAIN }] },
  });
}

type Described = Pick<Engine, 'apps' | 'services' | 'actions' | 'signIns'>;
type DescribedApp = Described['apps'][number];

const pathOf = ({ name }: DescribedApp): string => `/openapi/${name}.json`;

function describeAll({ apps, services, actions, signIns }: Described, version: string): Schema {
  const whole = describeApi(services, version, actions, signIns);
  if (apps.length < 2) return whole;
  const info = whole.info as Schema;
  const each = apps.map((app) => `[${app.name}](${pathOf(app)})`).join(', ');
  return { ...whole, info: { ...info, description: `${info.description} Each app alone: ${each}.` } };
}

function describeOne(
  { services, actions, signIns }: Described,
  { name, schema }: DescribedApp,
  version: string,
): Schema {
  const one = describeApi(
    services.filter(({ catalog }) => catalog.schema === schema),
    version,
    actions.filter(({ app }) => app === name),
    signIns.filter(({ app }) => app === name),
  );
  return { ...one, info: { ...(one.info as Schema), title: `Altiplano: ${name}` } };
}
