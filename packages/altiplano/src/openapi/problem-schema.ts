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
      description: 'Messages for each parameter that was wrong.',
      additionalProperties: { type: 'array', items: { type: 'string' } },
    },
    request_id: string('Name it when you report the problem.'),
  },
  required: ['type', 'title', 'status', 'detail', 'code', 'hint', 'request_id'],
};

const DESCRIPTIONS = {
  400: 'A parameter is missing, unknown or malformed: `errors` says which and what would be right.',
  401: 'No token, or not a valid one.',
  403: 'The credential does not reach this tenant, whether it exists or not.',
  404: 'Not there, deleted or not visible.',
  414: 'The query string is too long.',
  503: 'The database is busy, late or not reachable, or the resource is not ready.',
} as const;

type Refused = keyof typeof DESCRIPTIONS;

/** The `responses` of refusals, each a problem document. */
export function refusals(...statuses: readonly Refused[]): Readonly<Record<string, Schema>> {
  const [media = ''] = PROBLEM_TYPE.split(';');
  const content = { [media]: { schema: { $ref: '#/components/schemas/problem' } } };
  return Object.fromEntries(statuses.map((status) => [status, { description: DESCRIPTIONS[status], content }]));
}
