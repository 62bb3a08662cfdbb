import { refuse } from '../errors/refuse.ts';
import { type Action, action } from './action.ts';

const whole = { type: 'integer', format: 'int64' };
const time = { type: ['string', 'null'], format: 'date-time' };

/** An endpoint that tells how far a job of this app is: to the tenants that asked for it, and to nobody else. */
export function jobProgress({
  path,
  permission,
  name = 'job_progress',
}: {
  readonly path: `/${string}/:id` | `/${string}/:id/`;
  readonly permission: string | null;
  readonly name?: string;
}): Action {
  return action({
    name,
    method: 'GET',
    path,
    permission,
    summary: 'How far a job is',
    reply: {
      schema: {
        type: 'object',
        properties: {
          id: { type: 'string', format: 'uuid' },
          name: { type: 'string' },
          state: { type: 'string', enum: ['queued', 'running', 'done', 'failed'] },
          done: whole,
          total: { ...whole, type: ['integer', 'null'] },
          created_at: { type: 'string', format: 'date-time' },
          started_at: time,
          finished_at: time,
        },
        required: ['id', 'name', 'state', 'done', 'total', 'created_at', 'started_at', 'finished_at'],
      },
    },
    async handle({ jobs, parameters }) {
      const found = await jobs.progress(parameters.id ?? '');
      if (found === null) throw refuse('not_found');
      return { body: { ...found, done: Number(found.done), total: found.total === null ? null : Number(found.total) } };
    },
  });
}
