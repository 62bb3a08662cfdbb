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
    await client.query(`${run}`); // reads what is cold, so that the figures are warm
    const { Plan: plan, 'Execution Time': milliseconds } = await explainWarm(client, run);
    const text = await client.query(`explain (analyze, buffers, costs off) ${run}`);
    return {
      text: text.rows.map((row) => row['QUERY PLAN']).join('\n'),
      buffers: buffersOf(plan),
      finding: buffersOfTables(plan, /^CTE (entry|page)$/),
      spilled: plan['Temp Written Blocks'],
      milliseconds,
    };
  } finally {
    await client.query('rollback');
    await client.query('deallocate all');
    client.release(true); // the driver does not know that its named statements are gone
  }
}

interface Explanation {
  readonly Plan: PlanNode;
  /** Of the catalog: none where the plan is known and nothing has changed since. */
  readonly Planning: Pick<PlanNode, 'Shared Hit Blocks' | 'Shared Read Blocks'>;
  readonly 'Execution Time': number;
}

const MOST_RUNS = 6;

/**
 * A session that missed too many messages of others' DDL forgets its catalog, plans again, and reads what it needs of the
 * catalog in planning and in running: a page of 23 buffers had 329. That it planned shows that a run was such a one.
 */
async function explainWarm(client: pg.PoolClient, run: string): Promise<Explanation> {
  for (let runs = 1; ; runs++) {
    const { rows } = await client.query(`explain (analyze, buffers, format json) ${run}`);
    const [explanation] = rows[0]['QUERY PLAN'] as [Explanation];
    if (buffersOf(explanation.Planning) === 0 || runs === MOST_RUNS) return explanation;
  }
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
