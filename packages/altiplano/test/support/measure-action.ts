import { connectOwner } from '../../src/execute/owner.ts';
import { jobsOf } from '../../src/jobs/from-actions.ts';
import type { Action, ActionContext, ActionResult } from '../../src/resource/action.ts';
import type { App } from '../../src/resource/app.ts';
import { openAppRole, type SessionSettings } from './app-role.ts';

export interface ActionCost {
  /** Those of the handler; the engine's own is one more. */
  readonly statements: number;
  /** Pages looked at by whatever ran: statements, triggers, what foreign keys look up. */
  readonly buffers: number;
  readonly result: ActionResult;
}

/** As connections that serve have it. */
const SETTINGS = `set plan_cache_mode = force_generic_plan; set enable_seqscan = off; set enable_bitmapscan = off;
  set enable_hashjoin = off; set enable_mergejoin = off; set enable_memoize = off; set jit = off;
  set max_parallel_workers_per_gather = 0`;

/**
 * What an action's handler costs, in a transaction that is rolled back: the pages of the database's own count, which triggers are in, so nobody
 * else may be at work there. The least of four: the first fills caches, and the server may look after its tables meanwhile.
 */
export async function measureAction(
  url: string,
  app: App,
  action: Action,
  given: Partial<ActionContext> & { readonly session: SessionSettings },
): Promise<ActionCost> {
  const role = await openAppRole(url);
  const watcher = await connectOwner(url);
  try {
    const costs: ActionCost[] = [];
    for (let turn = 0; turn < 4; turn++) {
      const pages = await pagesOf(watcher);
      const cost = await role.as(given.session, async (client) => {
        await client.query(SETTINGS);
        let statements = 0;
        // One after the other, also those that the handler sends together.
        let before: Promise<unknown> = Promise.resolve();
        const query: ActionContext['query'] = <R>(of: Parameters<ActionContext['query']>[0]) => {
          statements += 1;
          const [text, values] = 'sql' in of ? [of.sql, of.parameters] : [of.text, of.values];
          const rows = before.then(async () => (await client.query(text, [...values])).rows as R[]);
          before = rows.catch(() => {});
          return rows;
        };
        const context = {
          instant: null,
          asked: {},
          parameters: {},
          jobs: jobsOf(app.name, app.jobs ?? [], query),
          ...given,
          query,
        };
        const result = await action.handle(context as unknown as ActionContext);
        return { statements, result };
      });
      await role.flush();
      costs.push({ ...cost, buffers: (await pagesOf(watcher)) - pages });
    }
    const [least] = costs.sort((one, other) => one.buffers - other.buffers);
    if (least === undefined) throw new Error('nothing was measured');
    return least;
  } finally {
    await watcher.end();
    await role.end();
  }
}

async function pagesOf(client: Awaited<ReturnType<typeof connectOwner>>): Promise<number> {
  const { rows } = await client.query(
    'select blks_hit + blks_read as pages from pg_stat_database where datname = current_database()',
  );
  return Number(rows[0].pages);
}
