import type { Catalog } from '../catalog/catalog.ts';
import type { Service } from '../pipeline.ts';
import { pathBelow } from '../resource/path-below.ts';
import type { Resource } from '../resource/resource.ts';
import { actionPaths, actionTag, type DescribedAction } from './action-paths.ts';
import { valueSchema } from './column-schema.ts';
import { facetsSchema } from './facets-schema.ts';
import { itemSchema } from './item-schema.ts';
import { pageSchema } from './page-schema.ts';
import { listParameters, type Parameter, PROFILE_PARAMETER, tenantParameters } from './parameters.ts';
import { PROBLEM_SCHEMA, refusals } from './problem-schema.ts';
import { needs, type Schema } from './schema.ts';
import { eitherOf, type Operation } from './shared-path.ts';
import { type DescribedSignIn, signInPaths, signInTag } from './sign-in-paths.ts';
import { writePaths } from './write-paths.ts';

export type Described = Pick<Service, 'resource' | 'catalog' | 'identity'>;

/** OpenAPI 3.1 of the resources served, from what they declare and what the live database has. */
export function describeApi(
  services: readonly Described[],
  version: string,
  actions: readonly DescribedAction[] = [],
  signIns: readonly DescribedSignIn[] = [],
): Schema {
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
    tags: [
      ...services.map(({ resource, catalog }) => ({ name: tagOf(resource, catalog) })),
      ...[...new Set(actions.map(actionTag))].map((name) => ({ name })),
      ...signIns.map((signIn) => ({ name: signInTag(signIn) })),
    ],
    paths: mergePaths([...parts.map(({ paths }) => paths), actionPaths(actions), signInPaths(signIns)]),
    components: {
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer', description: signIns.length > 0 ? SIGNED_IN : TOKEN },
      },
      schemas: Object.assign({ problem: PROBLEM_SCHEMA }, ...parts.map(({ schemas }) => schemas)),
    },
  };
}

const TOKEN = '`altiplano token` prints one.';
const SIGNED_IN = `${TOKEN} Where there is a login, it hands one out.`;

/** A resource and an action may share a path, and lists that a parameter chooses among share a method too. */
function mergePaths(parts: readonly Schema[]): Schema {
  const merged: Record<string, Record<string, Operation>> = {};
  for (const [path, methods] of parts.flatMap((part) => Object.entries(part))) {
    for (const [method, operation] of Object.entries(methods as Record<string, Operation>)) {
      const known = merged[path]?.[method];
      merged[path] = { ...merged[path], [method]: known === undefined ? operation : eitherOf(known, operation) };
    }
  }
  return merged;
}

/** Two apps may have a resource of the same name. */
const tagOf = (resource: Resource, catalog: Catalog): string => `${catalog.schema}.${resource.name}`;

function describeService(service: Described): { readonly paths: Schema; readonly schemas: Schema } {
  const { resource, catalog, identity } = service;
  const name = tagOf(resource, catalog);
  const row = Object.keys(resource.detail).length === 0 ? name : `${name}.row`;
  const reads: Record<string, Schema> = resource.reads
    ? {
        [resource.path]: { get: describeList(service, name) },
        ...(resource.chosenBy === null
          ? { [pathBelow(resource.path, '{id}/')]: { get: describeDetail(service, name) } }
          : {}),
      }
    : {};
  const writes = writePaths({ resource, catalog, identity, name });
  const paths = [...new Set([...Object.keys(reads), ...Object.keys(writes)])];
  return {
    paths: Object.fromEntries(paths.map((path) => [path, { ...reads[path], ...writes[path] }])),
    schemas: {
      [name]: itemSchema(resource, { ...resource.fields, ...resource.detail }, catalog),
      ...(row === name ? {} : { [row]: itemSchema(resource, resource.fields, catalog) }),
      ...(resource.reads ? { [`${name}.page`]: pageSchema(resource, row, facetsSchema(resource, catalog)) } : {}),
    },
  };
}

function describeList({ resource, identity }: Described, name: string): Schema {
  return {
    operationId: `${name}.list`,
    tags: [name],
    ...(resource.public ? ANYBODY : needs(resource.permissions.read)),
    summary: `A page of ${resource.name}`,
    description: `Ordered by ${resource.order.map(({ column, direction }) => `\`${column}\` ${direction}`).join(', ')}.`,
    parameters: listParameters(resource, identity),
    responses: {
      200: {
        ...ok('A page.', `${name}.page`),
        ...countHeaders(resource),
      },
      // A list of tenants is of those the caller may enter: nobody is kept out of it.
      ...(resource.tenants === null ? refusals(400, 401, 403, 414, 503) : refusals(400, 401, 414, 503)),
    },
  };
}

/** With a credential or without. */
const ANYBODY: Schema = { security: [{}, { bearer: [] }] };

/** Where a list may be counted and where it was paged in the old way. */
function countHeaders({ envelope, tenants }: Resource): Schema {
  if (envelope.kind === 'numbered' || !envelope.counted) return {};
  const count: Schema = {
    description: 'What `count` is; absent when it was not asked for.',
    schema: { type: 'string', enum: ['exact', 'estimated'] },
  };
  return { headers: { 'Altiplano-Count': count, ...(tenants === null ? { Deprecation: DEPRECATION } : {}) } };
}

const DEPRECATION: Schema = {
  description: 'Since when pages by `limit` and `offset` are the old way (RFC 9745); absent from others.',
  schema: { type: 'string', pattern: '^@\\d+$' },
};

function describeDetail({ resource, identity }: Described, name: string): Schema {
  const id: Parameter = {
    name: 'id',
    in: 'path',
    description: `The \`${resource.key}\`.`,
    required: true,
    schema: valueSchema(resource.keyType),
  };
  return {
    operationId: `${name}.read`,
    tags: [name],
    ...(resource.public ? ANYBODY : needs(resource.permissions.read)),
    summary: `One of ${resource.name}`,
    parameters: [id, ...tenantParameters(resource, identity), PROFILE_PARAMETER],
    responses: {
      200: {
        ...ok('The object.', name),
        headers: { ETag: { description: 'Changes with the object.', schema: { type: 'string' } } },
      },
      // A tenant that the caller may not enter is the same 403 here as in a parameter, whether it exists or not.
      ...(resource.tenants === null ? refusals(400, 401, 403, 404, 414, 503) : refusals(400, 401, 403, 414, 503)),
    },
  };
}

function ok(description: string, schema: string): Schema {
  return { description, content: { 'application/json': { schema: { $ref: `#/components/schemas/${schema}` } } } };
}
