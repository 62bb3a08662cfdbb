import { type Advice, type Advise, count, LEAST_ROWS, nameOf, tableOf } from './advice.ts';
import { isScan, type PlacedNode } from './plan-node.ts';
import type { TableFacts } from './table-facts.ts';

/** Ten times off, either way, where it is about many rows. */
const OFF = 10;
const MANY = 1_000;
/** Rows written since the last count, for each row there was. Autovacuum counts again from a tenth on, so more than that is where it does not run. */
const CHANGED = 2;
/** A table that nobody counted is about LEAST_ROWS rows from here on. */
const LARGE = 1024 * 1024;

/** The planner thought otherwise of how many rows there would be: seen where the query was run, else by how old the count is. */
export const staleStatistics: Advise = (explained) =>
  explained.nodes.flatMap((placed): readonly Advice[] => {
    const facts = isScan(placed.node) ? tableOf(explained, placed) : null;
    if (facts === null) return [];
    const advice = placed.node['Actual Rows'] === undefined ? old(facts) : isOff(placed, facts);
    return advice === null ? [] : [advice];
  });

function isOff({ node, around }: PlacedNode, facts: TableFacts): Advice | null {
  const actual = node['Actual Rows'] ?? 0;
  if (facts.rows < LEAST_ROWS || node['Actual Loops'] === 0) return null;
  const planned = node['Plan Rows'];
  // Whoever has enough rows asks for no more.
  const isCut = around.some(({ 'Node Type': type }) => type === 'Limit') && actual < planned;
  const times = Math.max(actual, 1) / Math.max(planned, 1);
  if (isCut || Math.max(actual, planned) < MANY || (times <= OFF && times >= 1 / OFF)) return null;
  return adviceOf(facts, {
    certainty: 'proved',
    title: `${facts.table}: ${count(planned)} rows were expected and ${count(actual)} came`,
    detail: `The estimate for ${node.Filter ?? node['Index Cond'] ?? 'the whole table'} is off by more than ${OFF} times, so the plan was made for another table.`,
    figures: { planned, actual },
  });
}

function old(facts: TableFacts): Advice | null {
  const { rows, changed, uncounted, table } = facts;
  if (uncounted !== null) {
    if (uncounted < LARGE) return null;
    return adviceOf(facts, {
      certainty: 'proved',
      title: `${table} was never counted`,
      detail: `The planner knows of its ${count(uncounted / 1024)} kB and of none of its values: every condition on it is a guess.`,
      figures: { kilobytes: Math.round(uncounted / 1024) },
    });
  }
  if (changed < LEAST_ROWS || changed <= rows * CHANGED) return null;
  return adviceOf(facts, {
    certainty: 'likely',
    title: `${table}: ${count(changed)} rows were written since its ${count(rows)} were counted`,
    detail:
      'Plans are made for what was there then. Autovacuum counts again after a tenth as many, where it is on and keeps up.',
    figures: { rows, changed },
  });
}

const adviceOf = (facts: TableFacts, said: Pick<Advice, 'certainty' | 'title' | 'detail' | 'figures'>): Advice => ({
  ...{ rule: 'stale-statistics', level: 'warning' },
  ...said,
  remedy: {
    text: 'Count the table anew. Where columns depend on each other, extended statistics (create statistics) tell the planner.',
    sql: `analyze ${nameOf(facts)};`,
  },
  about: nameOf(facts),
});
