import type { Writes } from '../resource/writes.ts';
import type { WriteRoute } from '../write/call.ts';
import { refusals } from './problem-schema.ts';
import { objectOf, type Schema } from './schema.ts';

/** @param name of the schema of one object */
export function successOf({ action, bulk, method }: WriteRoute, name: string): Schema {
  const item = { $ref: `#/components/schemas/${name}` };
  const header = (description: string, schema: Schema) => ({ description, schema });
  const replayed =
    method === 'POST'
      ? { 'Idempotency-Replayed': header('Only on a repeated request: nothing was done again.', { const: 'true' }) }
      : {};
  if (action === 'delete' || action === 'link' || action === 'unlink') {
    return { 204: { description: 'Done.', headers: replayed } };
  }
  const schema = bulk ? objectOf({ results: { type: 'array', items: item } }) : item;
  const location = header('Where the object is.', { type: 'string', format: 'uri' });
  const headers = {
    ...(bulk ? {} : { ETag: header('Changes with the object.', { type: 'string' }) }),
    ...(bulk || action !== 'create' ? {} : { Location: location }),
    ...replayed,
  };
  const description = bulk ? 'The objects, in the order of the items.' : 'The object.';
  return {
    [action === 'create' ? 201 : 200]: { description, headers, content: { 'application/json': { schema } } },
  };
}

export function refusalsOf({ method, action, bulk, bodied }: WriteRoute, writes: Writes | null): Schema {
  const moves = (writes?.states.length ?? 0) > 0;
  const isConditional = Object.values(writes?.members ?? {}).some((one) => one.kind === 'column' && one.conditional);
  return refusals(
    400,
    401,
    403,
    ...(action === 'create' ? [] : [404 as const]),
    ...(method === 'POST' ? [409 as const, 422 as const] : moves && action === 'change' ? [409 as const] : []),
    ...(bulk || !(action === 'change' || action === 'delete') ? [] : [412 as const]),
    ...(isConditional && action === 'change' ? [428 as const] : []),
    ...(bodied ? [413 as const, 415 as const] : []),
    414,
    503,
  );
}
