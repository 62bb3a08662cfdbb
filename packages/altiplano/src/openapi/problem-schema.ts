import { PROBLEM_TYPE } from '../errors/problem.ts';
import type { Schema } from './schema.ts';

const string = (description: string): Schema => ({ type: 'string', description });

/** RFC 9457 as this server writes it. */
export const PROBLEM_SCHEMA: Schema = {
  type: 'object',
  properties: {
    type: { ...string('Leads to the entry of the error catalogue.'), format: 'uri-reference' },
    title: string('The kind of problem.'),
    status: { type: 'integer' },
    detail: string('What was wrong.'),
    code: string('Never changes its meaning.'),
    hint: string('What would be right.'),
    errors: {
      type: 'object',
      description: 'Messages for each parameter or member that was wrong; in a bulk request `items.<index>.<member>`.',
      additionalProperties: { type: 'array', items: { type: 'string' } },
    },
    request_id: string('Name it when you report the problem.'),
  },
  required: ['type', 'title', 'status', 'detail', 'code', 'hint', 'request_id'],
};

const DESCRIPTIONS = {
  400: 'A parameter or member is missing, unknown or malformed: `errors` says which and what would be right.',
  401: 'No token, or not a valid one.',
  403: 'The credential does not reach this tenant, whether it exists or not.',
  404: 'Not there, deleted or not visible.',
  409: 'Another request with the same Idempotency-Key is under way, or the change contradicts what is stored.',
  412: 'The object has changed: it no longer has the tag of `If-Match`.',
  413: 'The body is larger than 10 MB.',
  414: 'The query string is too long.',
  415: 'The body is not `application/json`.',
  422: 'The Idempotency-Key was used for another request.',
  428: 'The object has to be named with its tag: what is changed, others change meanwhile.',
  429: 'Tried too often: `Retry-After` says when to try again.',
  503: 'The database is busy, late or not reachable, or the resource is not ready.',
} as const;

type Refused = keyof typeof DESCRIPTIONS;

/** The `responses` of refusals, each a problem document. */
export function refusals(...statuses: readonly Refused[]): Readonly<Record<string, Schema>> {
  const content = problemContent();
  return Object.fromEntries(statuses.map((status) => [status, { description: DESCRIPTIONS[status], content }]));
}

export function problemContent(): Schema {
  const [media = ''] = PROBLEM_TYPE.split(';');
  return { [media]: { schema: { $ref: '#/components/schemas/problem' } } };
}
