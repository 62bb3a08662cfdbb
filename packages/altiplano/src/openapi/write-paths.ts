import type { Catalog } from '../catalog/catalog.ts';
import type { Identity } from '../resource/identity.ts';
import { pathBelow } from '../resource/path-below.ts';
import { actOf } from '../resource/permissions.ts';
import type { Resource } from '../resource/resource.ts';
import type { WriteRoute } from '../write/call.ts';
import { writeRoutes } from '../write/routes.ts';
import { columnSchema, valueSchema } from './column-schema.ts';
import { chosenParameters, type Parameter, PROFILE_PARAMETER, tenantParameters } from './parameters.ts';
import { needs, type Schema } from './schema.ts';
import { bodySchema } from './write-body.ts';
import { exampleOf } from './write-example.ts';
import { refusalsOf, successOf } from './write-replies.ts';

interface Written {
  readonly resource: Resource;
  readonly catalog: Catalog;
  readonly identity: Identity;
  /** Tag of the operations, and name of the schema of one object. */
  readonly name: string;
}

/** Path → method → operation, for every endpoint the resource's `writes` make. */
export function writePaths(written: Written): Readonly<Record<string, Schema>> {
  const paths: Record<string, Record<string, Schema>> = {};
  for (const route of writeRoutes(written.resource)) {
    const path = pathBelow(written.resource.path, route.path.replace(/:(\w+)/g, '{$1}'));
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: describe(written, route) };
  }
  return paths;
}

function describe({ resource, catalog, identity, name }: Written, route: WriteRoute): Schema {
  const body = bodySchema({ resource, catalog, identity }, route);
  return {
    operationId: `${name}.${operationOf(route)}`,
    tags: [name],
    ...needs(resource.permissions[actOf(route.action)]),
    summary: summaryOf(resource, route),
    parameters: parametersOf({ resource, catalog, identity }, route),
    ...(body === null
      ? {}
      : {
          requestBody: {
            required: true,
            content: { 'application/json': { schema: body, example: exampleOf(body) } },
          },
        }),
    responses: { ...successOf(route, name), ...refusalsOf(route, resource.writes) },
  };
}

/** `create_bulk`; links say which: `link_labels`. */
function operationOf({ action, bulk, path }: WriteRoute): string {
  const linked = path.split('/')[1];
  return [action, ...(linked ? [linked] : []), ...(bulk ? ['bulk'] : [])].join('_');
}

function summaryOf({ name, writes }: Resource, { action, bulk, path }: WriteRoute): string {
  const which = bulk ? `Up to ${writes?.bulk} of ${name}, all or nothing` : `One of ${name}`;
  const verbs = {
    create: 'create',
    change: 'change the named members',
    delete: 'delete',
    link: 'link',
    unlink: 'unlink',
  };
  const linked = path.split('/')[1];
  return `${which}: ${verbs[action]}${linked ? ` ${linked}` : ''}`;
}

function parametersOf(
  { resource, catalog, identity }: Omit<Written, 'name'>,
  { method, path, action, bulk }: WriteRoute,
): readonly Parameter[] {
  const schemaOf = (id: string) =>
    id === 'id' ? valueSchema(resource.keyType) : columnSchema(catalog, id.replace(/_id$/, ''), 'id');
  const ids = [...path.matchAll(/:(\w+)/g)].map(([, id = '']): Parameter => {
    return { name: id, in: 'path', description: `The \`${id}\`.`, required: true, schema: schemaOf(id) };
  });
  const header = (name: string, description: string): Parameter => ({
    name,
    in: 'header',
    description,
    schema: { type: 'string' },
  });
  const isConditional = !bulk && (action === 'change' || action === 'delete');
  return [
    ...ids,
    ...(action === 'create' ? chosenParameters(identity) : tenantParameters(resource, identity)),
    ...(method === 'POST'
      ? [header('Idempotency-Key', 'The same key within 24 hours gets the same answer, once.')]
      : []),
    ...(isConditional ? [header('If-Match', 'The `ETag` the object must still have.')] : []),
    PROFILE_PARAMETER,
  ];
}
