import { accept, action, refuse } from 'altiplano';
import { isMonth, previousMonth } from '../jobs/period.ts';

export const PROGRESS = '/api/wellness/run/:id/';

/** The report of the caller's own tenant, made by the job that makes everybody's. */
export const runWellness = action({
  name: 'run_wellness',
  method: 'POST',
  path: '/api/wellness/run/',
  summary: 'Make the wellness report of a month',
  permission: 'wellness:run',
  body: { period: accept.text({ most: 7 }) },
  reply: {
    status: 202,
    schema: {
      type: 'object',
      required: ['id', 'progress'],
      properties: { id: { type: 'string', format: 'uuid' }, progress: { type: 'string' } },
    },
    example: {
      id: '00000000-0000-4000-8000-000000000001',
      progress: '/api/wellness/run/00000000-0000-4000-8000-000000000001/',
    },
  },
  async handle({ body, tenant, jobs, instant }) {
    const period = body.period ?? previousMonth(instant === null ? new Date() : new Date(instant));
    if (!isMonth(period)) throw refuse.invalid({ period: ['Must be a month such as 2026-10.'] });
    const id = await jobs.add('wellness', { period, tenant }, { key: `wellness:${tenant}:${period}` });
    const progress = PROGRESS.replace(':id', id);
    return { body: { id, progress }, location: progress };
  },
});
