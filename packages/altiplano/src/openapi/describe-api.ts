import type { Service } from '../pipeline.ts';
import { valueSchema } from './column-schema.ts';
import { itemSchema } from './item-schema.ts';
import { listParameters, type Parameter, PROFILE_PARAMETER, tenantParameter } from './parameters.ts';
import { PROBLEM_SCHEMA, refusals } from './problem-schema.ts';
import { nullable, objectOf, type Schema } from './schema.ts';
import { writePaths } from './write-paths.ts';

export type Described = Pick<Service, 'resource' | 'catalog'>;

/** OpenAPI 3.1 of the resources served, from what they declare and what the live database has. */
export function describeApi(services: readonly Described[], version: string): Schema {
  const parts = services.map(describeService);
  return {
    openapi: '3.1.0',
    info: {
      title: 'Altiplano',
      version,
      description: 'Bounded, tenant-isolated endpoints over PostgreSQL. Every refusal is a problem document.',
    },
    servers: [{ url: '/' }],
    security: [{ bearer: [] }],
    tags: services.map(({ resource, catalog }) => ({ name: tagOf({ resource, catalog }) })),
    paths: Object.assign({}, ...parts.map(({ paths }) => paths)),
    components: {
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer', description: '`altiplano token` prints one.' },
      },
      schemas: Object.assign({ problem: PROBLEM_SCHEMA }, ...parts.map(({ schemas }) => schemas)),
    },
  };
}

/** Two apps may have a resource of the same name. */
const tagOf = ({ resource, catalog }: Described): string => `${catalog.schema}.${resource.name}`;

function describeService(service: Described): { readonly paths: Schema; readonly schemas: Schema } {
  const { resource, catalog } = service;
  const name = tagOf(service);
  const reads: Record<string, Schema> = resource.reads
    ? {
        [resource.path]: { get: describeList(service, name) },
        [`${resource.path}{id}/`]: { get: describeDetail(service, name) },
      }
    : {};
  const writes = writePaths({ resource, catalog, name });
  const paths = [...new Set([...Object.keys(reads), ...Object.keys(writes)])];
  return {
    paths: Object.fromEntries(paths.map((path) => [path, { ...reads[path], ...writes[path] }])),
    schemas: {
      [name]: itemSchema(resource, catalog),
      ...(resource.reads ? { [`${name}.page`]: pageSchema(name) } : {}),
    },
  };
}

function describeList({ resource }: Described, name: string): Schema {
  return {
    operationId: `${name}.list`,
    tags: [name],
    summary: `A page of ${resource.name}`,
    description: `Ordered by ${resource.order.map(({ column, direction }) => `\`${column}\` ${direction}`).join(', ')}.`,
    parameters: listParameters(resource),
    responses: {
      200: {
        ...ok('A page.', `${name}.page`),
        headers: {
          'Altiplano-Count': {
            description: 'What `count` is; absent when it was not asked for.',
            schema: { type: 'string', enum: ['exact', 'estimated'] },
          },
        },
      },
      ...refusals(400, 401, 403, 414, 503),
    },
  };
}

function describeDetail({ resource }: Described, name: string): Schema {
  const id: Parameter = {
    name: 'id',
    in: 'path',
    description: `The \`${resource.key}\`.`,
    required: true,
    schema: valueSchema('uuid'),
  };
  return {
    operationId: `${name}.read`,
    tags: [name],
    summary: `One of ${resource.name}`,
    parameters: [id, tenantParameter(resource), PROFILE_PARAMETER],
    responses: {
      200: {
        ...ok('The object.', name),
        headers: { ETag: { description: 'Changes with the object.', schema: { type: 'string' } } },
      },
      ...refusals(400, 401, 403, 404, 414, 503),
    },
  };
}

function ok(description: string, schema: string): Schema {
  return { description, content: { 'application/json': { schema: { $ref: `#/components/schemas/${schema}` } } } };
}

function pageSchema(item: string): Schema {
  const link = (description: string): Schema => nullable({ type: 'string', format: 'uri', description });
  return objectOf({
    results: { type: 'array', items: { $ref: `#/components/schemas/${item}` } },
    next: link('The page after this one.'),
    previous: link('The page before this one.'),
    count: nullable({ type: 'integer', format: 'int64', minimum: 0, description: 'All rows the filters match.' }),
  });
}
