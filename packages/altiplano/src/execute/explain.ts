import pg from 'pg';
import type { Statement } from '../sql/statement.ts';
import type { Pool } from './pool.ts';
import type { Session } from './run.ts';

export interface Explained {
  /** EXPLAIN (ANALYZE, BUFFERS) as text. */
  readonly text: string;
  /** Shared buffers hit or read. */
  readonly buffers: number;
  /** Of these, by the tables that find the rows and check the entry. */
  readonly finding: number;
  /** Blocks written to temporary files: none, where memory is bounded. */
  readonly spilled: number;
  readonly milliseconds: number;
}

/**
 * Runs a statement under EXPLAIN, as it is served: prepared, with its generic plan, under row security. EXECUTE takes
 * no parameters here, so the values are written as literals; this is a tool for people, no request comes this way.
 */
export async function explainStatement(pool: Pool, session: Session, statement: Statement): Promise<Explained> {
  const client = await pool.connect();
  const run = `execute alt_explain(${statement.values.map(literal).join(', ')})`;
  try {
    await client.query('begin read only');
    await client.query("select set_config('altiplano.tenant', $1, true), set_config('altiplano.caller', $2, true)", [
      session.tenant,
      session.caller,
    ]);
    await client.query(`prepare alt_explain as ${statement.text}`);
    const { plan, text, milliseconds } = await explainSettled(client, run);
    return {
      text,
      buffers: buffersOf(plan),
      finding: buffersOfTables(plan, /^CTE (entry|page)$/),
      spilled: plan['Temp Written Blocks'],
      milliseconds,
    };
  } finally {
    await client.query('rollback; deallocate alt_explain').then(
      () => client.release(),
      () => client.release(true), // what could not be prepared, or a connection that is gone
    );
  }
}

interface Settled {
  readonly plan: PlanNode;
  /** The same plan for people, of a run that read as much. */
  readonly text: string;
  readonly milliseconds: number;
}

const MOST_TRIES = 20;
const DISTURBED = `-- No two of ${MOST_TRIES} runs read as much: others create and drop tables meanwhile. The figures are of the run that read least.`;

/**
 * A session that missed too many messages of others' DDL forgets its catalog, and reads what it needs of it again in
 * planning or in running: a page of 276 buffers had 580. Messages are taken where a session waits for its client or locks
 * a table: so one message runs all three times, and the first, which reads what is cold, takes all locks. What a catalog
 * adds is never negative: the run that read least is nearest to the page's own, and where two agree on it, it is that.
 */
async function explainSettled(client: pg.PoolClient, run: string): Promise<Settled> {
  const explain = (options: string) => `explain (analyze, buffers, ${options}) ${run}`;
  const message = [run, explain('format json'), explain('costs off')].join('; ');
  let least: Settled | undefined;
  for (let tries = 1; ; tries++) {
    const results = (await client.query(message)) as unknown as readonly pg.QueryResult[];
    const [[figures], ...lines] = results.slice(1).flatMap(({ rows }) => rows.map((row) => row['QUERY PLAN']));
    const { Plan: plan, 'Execution Time': milliseconds } = figures;
    const text = lines.join('\n');
    if (least === undefined || buffersOf(plan) <= buffersOf(least.plan)) {
      least = { plan, text, milliseconds };
      if (buffersOfText(text) === buffersOf(plan)) return least;
    }
    if (tries === MOST_TRIES) return { ...least, text: `${DISTURBED}\n${least.text}` };
  }
}

/** Of the outermost node, which is printed first and counts what all within it read. */
function buffersOfText(text: string): number {
  const line = /^\s*Buffers: (.*)$/m.exec(text.split(/^Planning:$/m, 1)[0] ?? '')?.[1] ?? '';
  const shared = /shared((?: (?:hit|read|dirtied|written)=\d+)+)/.exec(line)?.[1] ?? '';
  return [...shared.matchAll(/(?:hit|read)=(\d+)/g)].reduce((sum, [, blocks]) => sum + Number(blocks), 0);
}

interface PlanNode {
  readonly 'Subplan Name'?: string;
  readonly 'Shared Hit Blocks': number;
  readonly 'Shared Read Blocks': number;
  readonly 'Temp Written Blocks': number;
  readonly Plans?: readonly PlanNode[];
}

function buffersOf(node: Pick<PlanNode, 'Shared Hit Blocks' | 'Shared Read Blocks'>): number {
  return node['Shared Hit Blocks'] + node['Shared Read Blocks'];
}

/** A table's own plan counts what it read wherever in the statement it was first asked for: bits are read by `page`. */
function buffersOfTables(node: PlanNode, names: RegExp): number {
  if (names.test(node['Subplan Name'] ?? '')) return buffersOf(node);
  return (node.Plans ?? []).reduce((sum, inner) => sum + buffersOfTables(inner, names), 0);
}

/** Untyped, so that each takes the type its placeholder declares. */
function literal(value: unknown): string {
  if (value === null) return 'null';
  if (!Array.isArray(value)) return pg.escapeLiteral(String(value));
  const items = value.map((item) => `"${String(item).replace(/["\\]/g, '\\$&')}"`);
  return pg.escapeLiteral(`{${items.join(',')}}`);
}
