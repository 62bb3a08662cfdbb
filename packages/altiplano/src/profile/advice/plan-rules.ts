import { type Advice, type Advise, count, LEAST_ROWS, nameOf, tableOf } from './advice.ts';
import { identifier } from './conditions.ts';
import { isScan } from './plan-node.ts';

/** `current_setting(…)` with its casts, where no subquery is around it. */
const SETTING = /(?<!select )\bcurrent_setting\([^()]*\)/gi;

/** A policy's function that is asked for every row: in an index condition it is asked once, in a filter it is not. */
export const policyPerRow: Advise = (explained) =>
  explained.nodes.flatMap((placed): readonly Advice[] => {
    const { node } = placed;
    const facts = isScan(node) ? tableOf(explained, placed) : null;
    if (facts === null || facts.rows < LEAST_ROWS || !(node.Filter ?? '').includes('current_setting(')) return [];
    const [policy] = facts.policies.filter(({ using }) => (using ?? '').includes('current_setting('));
    if (policy === undefined) return [];
    const using = (policy.using ?? '').replace(SETTING, (call) => `(select ${call})`);
    return [
      {
        ...{ rule: 'policy-per-row', level: 'warning', certainty: 'proved' },
        title: `Policy ${policy.name} of ${facts.table} asks current_setting for every row`,
        detail: `The filter ${node.Filter} runs for each row that is read; in a subquery it runs once for the statement.`,
        figures: { rows: facts.rows },
        remedy: {
          text: 'Put the call into a subquery, which the planner runs once.',
          sql: `alter policy ${identifier(policy.name)} on ${nameOf(facts)} using ${using};`,
        },
        about: `${nameOf(facts)} ${policy.name}`,
      },
    ];
  });

/** Bytes from which a column is worth leaving out of a list. */
const WIDE = 200;
const EVERYTHING = /\bselect\s+(?:distinct\s+)?(?:[\w".]+\.)?\*/i;

/** `select *` of a table with wide columns, for many rows. What the program does with them nobody knows here, so it is a hint. */
export const unusedWideColumns: Advise = (explained) => {
  const [root] = explained.nodes;
  if (root === undefined || !EVERYTHING.test(explained.text) || root.node['Plan Rows'] < 10) return [];
  return explained.nodes.flatMap((placed): readonly Advice[] => {
    const facts = isScan(placed.node) ? tableOf(explained, placed) : null;
    const wide = (facts?.columns ?? []).filter(({ width }) => width >= WIDE);
    if (facts === null || facts.rows < LEAST_ROWS || wide.length === 0) return [];
    const names = wide.map(({ name }) => name).join(', ');
    const bytes = wide.reduce((sum, { width }) => sum + width, 0);
    const others = facts.columns.filter((column) => !wide.includes(column)).map(({ name }) => identifier(name));
    return [
      {
        ...{ rule: 'unused-wide-columns', level: 'info', certainty: 'likely' },
        title: `select * of ${facts.table} brings ${names}: ${count(bytes)} bytes a row`,
        detail: `About ${count(root.node['Plan Rows'])} rows come with it; wide values lie outside the row and are fetched one by one.`,
        figures: { bytes, rows: root.node['Plan Rows'] },
        remedy: {
          text: 'Name the columns that are shown; a list seldom shows these.',
          sql: `select ${others.join(', ')} from ${nameOf(facts)}`,
        },
        about: nameOf(facts),
      },
    ];
  });
};
