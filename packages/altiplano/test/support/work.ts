import type { OwnerClient } from '../../src/execute/owner.ts';

/**
 * Rows that all plans of a statement gave or threw away, those of what its triggers run included: a join of each row with
 * each shows here as the square that it is, however fast or busy the machine. `auto_explain` says the plans.
 */
export async function workOf(client: OwnerClient, statement: string): Promise<number> {
  let rows = 0;
  const heard = ({ message = '' }: { readonly message?: string | undefined }) => {
    const plan = message.split('plan:\n', 2)[1];
    if (plan !== undefined) rows += rowsOfNode(JSON.parse(plan).Plan);
  };
  await client.query(`load 'auto_explain';
    set auto_explain.log_min_duration = 0; set auto_explain.log_analyze = on; set auto_explain.log_timing = off;
    set auto_explain.log_nested_statements = on; set auto_explain.log_format = json; set auto_explain.log_level = notice`);
  client.on('notice', heard);
  try {
    await client.query(statement);
  } finally {
    client.off('notice', heard);
    await client.query('rollback; set auto_explain.log_min_duration = -1');
  }
  if (rows === 0) throw new Error(`auto_explain said nothing of ${statement}`);
  return rows;
}

interface PlanNode {
  readonly [figure: string]: unknown;
  readonly 'Actual Loops': number;
  readonly Plans?: readonly PlanNode[];
}

const LOOKED_AT = [
  'Actual Rows',
  'Rows Removed by Filter',
  'Rows Removed by Join Filter',
  'Rows Removed by Index Recheck',
];

function rowsOfNode(node: PlanNode): number {
  const each = LOOKED_AT.reduce((sum, figure) => sum + Number(node[figure] ?? 0), 0);
  return each * node['Actual Loops'] + (node.Plans ?? []).reduce((sum, inner) => sum + rowsOfNode(inner), 0);
}

/**
 * How many times as much work four times the rows are, in a session that has run the statement for one row before: plans
 * of triggers are made then, for one row, and kept. Around 4 where work goes with the rows; 16 where it goes with their
 * square. The least of so many `times`: one statement in sixty also looks whether a fold is due.
 */
export async function growthOf(
  client: OwnerClient,
  statement: (rows: number) => string,
  { rows = 250, times = 1 } = {},
): Promise<number> {
  for (let warm = 0; warm < 7; warm++) await client.query(statement(1));
  const least = async (many: number) => {
    const works: number[] = [];
    while (works.length < times) works.push(await workOf(client, statement(many)));
    return Math.min(...works);
  };
  const few = await least(rows);
  return (await least(4 * rows)) / few;
}
