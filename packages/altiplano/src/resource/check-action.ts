import { Failure } from '../errors/failure.ts';
import type { AcceptedMembers } from './accept.ts';
import type { DeclaredRefusal } from './action.ts';

interface Checked {
  readonly name: string;
  readonly method: string;
  readonly path: string;
  readonly query?: AcceptedMembers;
  readonly body?: AcceptedMembers;
  readonly refusals?: Readonly<Record<string, DeclaredRefusal>>;
}

/** More in one list no body may hold (`http/json-text.ts`). */
const LONGEST_BODY_LIST = 1_000;

/**
 * Refuses an action that cannot be served.
 * @throws DECL_INVALID
 */
export function checkAction({ name, method, path, query = {}, body, refusals = {} }: Checked): void {
  const refuse = (problem: string, remedy: string): never => {
    throw new Failure('DECL_INVALID', { values: { resource: name, problem, remedy } });
  };
  if (!/^[a-z][a-z0-9_]*$/.test(name)) refuse('is no name of an action', 'Lower case letters, digits, underscores.');
  if (!/^(?:\/[\w.-]+|\/:\w+)+\/?$/.test(path)) refuse(`has the path '${path}'`, 'Like /api-keys/:id/rotate/.');
  if (method === 'GET' && body !== undefined) refuse('is a GET with a body', 'Ask in the query string.');
  for (const code of Object.keys(refusals)) {
    if (!/^[a-z][a-z0-9_]*$/.test(code)) refuse(`refuses with '${code}'`, 'A code is like key_revoked.');
  }
  for (const [parameter, { value }] of Object.entries(query)) {
    if (value.kind === 'list' || value.kind === 'document' || value.kind === 'column')
      refuse(`takes a ${value.kind} as parameter ${parameter}`, 'Take it in the body.');
  }
  for (const [member, { value }] of Object.entries(body ?? {})) {
    if (value.kind === 'list' && (value.most > LONGEST_BODY_LIST || value.least > value.most))
      refuse(`takes ${value.least} to ${value.most} ${member}`, `At most ${LONGEST_BODY_LIST} in one list.`);
  }
}
