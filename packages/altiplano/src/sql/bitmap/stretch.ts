import type { Selection } from '../../plan/selection.ts';
import { type Scope, table } from '../scope.ts';
import { commonTable, indent, name, where } from '../text.ts';

/**
 * `stretch`: the segments between the bounds of the first order column, and for those at an edge which of their rows lie
 * inside. Blocks follow each other in order, so each bound cuts through one: its rows are compared one by one.
 */
export function stretchTables(scope: Scope, selection: Selection): readonly string[] {
  const { window } = selection;
  if (window.length === 0) return [];
  const edges = window.map((bound, index) => edge(scope, selection, bound, index + 1));
  const joins = window.map(
    (_, index) => `left join edge_${index + 1} e${index + 1} on e${index + 1}.segment = s.segment`,
  );
  const within = window.map(
    (bound, index) => `s.segment ${isLower(bound) ? '>=' : '<='} (select e.segment from edge_${index + 1} e)`,
  );
  const bits = window
    .map((_, index) => `e${index + 1}.bits`)
    .reduce((all, one) => `coalesce(${all} & ${one}, ${all}, ${one})`);
  const stretch = [`select s.segment, ${bits} as bits`, 'from segments s', ...joins, where(within)].join('\n');
  return [...edges, commonTable('stretch', stretch)];
}

type Bound = Selection['window'][number];

const isLower = ({ comparison }: Bound): boolean => comparison === '>' || comparison === '>=';

function edge(scope: Scope, { bitmap }: Selection, bound: Bound, number: number): string {
  const { tenant, key, order } = bitmap;
  const value = scope.parameters.bind(bound.value, bound.type);
  const low = `b.${name(`low_${order}`)}`;
  // Of many blocks that begin at one instant the last holds what comes after it, and the one before them what comes before.
  const begins = bound.comparison === '>' || bound.comparison === '<=' ? '<=' : '<';
  const block = [
    `select b.segment, b.block, b.${name(`${order}s`)} as ats`,
    `from ${table(scope, `${bitmap.name}_block`)} b`,
    where([`b.${name(tenant)} = ${scope.tenant}`, `${low} ${begins} ${value}`]),
    `order by ${low} desc, b.${name(`low_${key}`)} desc`,
    'limit 1',
  ].join('\n');
  const whole = isLower(bound) ? '64 * (b.block + 1), s.width' : '0, 64 * b.block';
  const inside = `array(select 64 * b.block + k.place::integer - 1 from unnest(b.ats) with ordinality k (at, place) where k.at ${bound.comparison} ${value})`;
  return commonTable(
    `edge_${number}`,
    [
      `select b.segment, altiplano.bits_between(${whole}, s.width)`,
      `  | altiplano.bits_of(${inside}, s.width) as bits`,
      'from (',
      indent(block),
      ') b',
      'join segments s on s.segment = b.segment',
    ].join('\n'),
  );
}
