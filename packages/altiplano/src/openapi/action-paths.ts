import type { ActionService } from '../action/service.ts';
import type { Action } from '../resource/action.ts';
import { acceptedSchema, membersSchema } from './accepted-schema.ts';
import { valueSchema } from './column-schema.ts';
import { chosenParameters, type Parameter, PROFILE_PARAMETER } from './parameters.ts';
import { problemContent, refusals } from './problem-schema.ts';
import { needs, type Schema } from './schema.ts';
import { exampleOf } from './write-example.ts';

export type DescribedAction = Pick<ActionService, 'action' | 'catalog' | 'identity'>;

/** Path → method → operation, for every action. */
export function actionPaths(actions: readonly DescribedAction[]): Readonly<Record<string, Schema>> {
  const paths: Record<string, Record<string, Schema>> = {};
  for (const described of actions) {
    const { method, path } = described.action;
    const printed = path.replace(/:(\w+)/g, '{$1}');
    paths[printed] = { ...paths[printed], [method.toLowerCase()]: describe(described) };
  }
  return paths;
}

export const actionTag = ({ catalog }: DescribedAction): string => `${catalog.schema}.actions`;

function describe(described: DescribedAction): Schema {
  const { action, catalog } = described;
  const { name, summary, permission, body } = action;
  const schema = body === null ? null : membersSchema(catalog, body);
  return {
    operationId: `${catalog.schema}.${name}`,
    tags: [actionTag(described)],
    summary,
    ...needs(permission ?? undefined),
    parameters: parametersOf(described),
    ...(schema === null
      ? {}
      : {
          requestBody: {
            required: Object.values(body ?? {}).some(({ required }) => required),
            content: { 'application/json': { schema, example: exampleOf(schema) } },
          },
        }),
    responses: { ...successOf(action), ...refusalsOf(action) },
  };
}

function parametersOf({ action, catalog, identity }: DescribedAction): readonly Parameter[] {
  const path = Object.entries(action.parameters).map(
    ([name, type]): Parameter => ({
      name,
      in: 'path',
      description: `The \`${name}\`.`,
      required: true,
      schema: valueSchema(type),
    }),
  );
  const query = Object.entries(action.query).map(
    ([name, accepted]): Parameter => ({
      name,
      in: 'query',
      description: `The \`${name}\`.`,
      ...(accepted.required ? { required: true as const } : {}),
      schema: acceptedSchema(catalog, accepted),
    }),
  );
  const key: Parameter = {
    name: 'Idempotency-Key',
    in: 'header',
    description: 'The same key within 24 hours gets the same answer, once.',
    schema: { type: 'string' },
  };
  const condition: Parameter = {
    name: 'If-Match',
    in: 'header',
    description: 'The `ETag` the object must still have.',
    schema: { type: 'string' },
  };
  return [
    ...[...path, ...tenantOf(identity), ...query],
    ...(action.method === 'POST' ? [key] : []),
    ...(action.current === null ? [] : [condition]),
    PROFILE_PARAMETER,
  ];
}

/** The parameter that names the tenant, where the credential does not. */
function tenantOf(identity: DescribedAction['identity']): readonly Parameter[] {
  const { membership } = identity;
  if (membership === undefined) return chosenParameters(identity);
  const description = `The ${membership.tenant.replace(/_id$/, '')} it is about; the credential must reach it.`;
  return [{ name: membership.tenant, in: 'query', description, required: true, schema: valueSchema('uuid') }];
}

function successOf({ reply, method }: Action): Schema {
  const { status, schema, example } = reply;
  const replayed = { description: 'Only on a repeated request: nothing was done again.', schema: { const: 'true' } };
  const headers = {
    ...(method === 'POST' ? { 'Idempotency-Replayed': replayed } : {}),
    ...(reply.tagged ? { ETag: { description: 'Changes with the object.', schema: { type: 'string' } } } : {}),
  };
  const content = schema === null ? {} : { content: { 'application/json': { schema, ...exampled(example) } } };
  return {
    [status]: {
      description: schema === null ? 'Done.' : 'The answer.',
      ...(Object.keys(headers).length === 0 ? {} : { headers }),
      ...content,
    },
  };
}

const exampled = (example: unknown): Schema => (example === undefined ? {} : { example });

function refusalsOf({ method, body, parameters, current, refusals: own }: Action): Schema {
  const general = refusals(
    400,
    401,
    403,
    ...(Object.keys(parameters).length > 0 ? [404 as const] : []),
    ...(method === 'POST' ? [409 as const, 422 as const] : []),
    ...(current === null ? [] : [412 as const]),
    ...(body === null ? [] : [413 as const, 415 as const]),
    414,
    503,
  );
  const declared: Record<string, Schema> = {};
  for (const { status, message, hint } of Object.values(own)) {
    const before = declared[status]?.description ?? general[status]?.description ?? '';
    declared[status] = { description: `${String(before)} ${message} ${hint}`.trim(), content: problemContent() };
  }
  return { ...general, ...declared };
}
