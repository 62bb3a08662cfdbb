import { accept } from '../../src/resource/accept.ts';
import { action } from '../../src/resource/action.ts';
import { type App, app } from '../../src/resource/app.ts';
import { job } from '../../src/resource/job.ts';
import { jobProgress } from '../../src/resource/job-progress.ts';
import { sql } from '../../src/resource/query.ts';
import { desk, SCHEMA_SQL } from '../actions/desk.ts';

/** The desk with jobs: grains are ground one by one, each exactly once if the engine keeps its word. */
const grind = job({
  name: 'grind',
  retry: { attempts: 3, seconds: 0.01, scheduled: 1 },
  payload: {
    grains: accept.integer({ required: true, range: [1, 10_000] }),
    wait: accept.number({ otherwise: 0 }),
    batch: accept.integer({ otherwise: 1 }),
  },
  async run({ id, payload, step, query, ...context }) {
    const { grains, wait, batch } = payload;
    let from = Number((context.checkpoint as { next: number } | null)?.next ?? 0);
    await query(sql`select 1`);
    while (from < grains) {
      const next = Math.min(grains, from + batch);
      await step(async (inside) => {
        await inside(
          sql`insert into desk.ground (run, grain) select ${id}, g from generate_series(${from}::int, ${next - 1}::int) g`,
        );
        await inside(sql`select pg_sleep(${wait})`);
        return { checkpoint: { next }, done: next, total: grains };
      });
      from = next;
    }
  },
});

const fail = job({
  name: 'fail',
  retry: { attempts: 3, seconds: 0.01, scheduled: 1 },
  payload: { sql: accept.boolean({ otherwise: false }) },
  async run({ payload, step }) {
    await step(async (inside) => {
      await inside(sql`insert into desk.ground (run, grain) values (gen_random_uuid(), -1)`);
      if (payload.sql) await inside(sql`select 'somebody@example.org'::int`);
      throw new Error('the stone is broken');
    });
  },
});

const start = action({
  name: 'start_grinding',
  method: 'POST',
  path: '/grind/',
  permission: null,
  body: { grains: accept.integer({ required: true }), key: accept.text(), fails: accept.boolean({ otherwise: false }) },
  reply: { status: 202 },
  async handle({ jobs, body }) {
    const id = await jobs.add('grind', { grains: body.grains }, body.key === undefined ? {} : { key: body.key });
    if (body.fails) throw new Error('after adding');
    return { body: { id, progress: `/grind/${id}/` } };
  },
});

export const mill: App = app({
  ...desk,
  actions: [start, jobProgress({ path: '/grind/:id/', permission: null })],
  jobs: [grind, fail],
});

export const MILL_SQL = `${SCHEMA_SQL}
create table desk.ground (run uuid not null, grain int not null, at timestamptz not null default clock_timestamp());
`;
