import { type Advice, type Advise, count } from './advice.ts';
import type { PlacedNode, PlanNode } from './plan-node.ts';

const KILOBYTE = 1024;

/** Sorting that does not fit into memory: seen where the query was run, expected where its estimate alone is larger. */
export const spilledSort: Advise = ({ nodes, workMemory }) =>
  nodes.flatMap((placed): readonly Advice[] => {
    const { node } = placed;
    if (node['Sort Space Type'] === 'Disk') return [adviceOf(node, node['Sort Space Used'] ?? 0, null)];
    const kilobytes = expected(placed) / KILOBYTE;
    return kilobytes > workMemory / KILOBYTE ? [adviceOf(node, kilobytes, workMemory / KILOBYTE)] : [];
  });

/** Bytes of its rows; what a limit ends keeps the first ones only, however many there are. */
function expected({ node, around }: PlacedNode): number {
  const isRun = node['Actual Rows'] !== undefined;
  if (node['Node Type'] !== 'Sort' || isRun || around[0]?.['Node Type'] === 'Limit') return 0;
  return node['Plan Rows'] * (node['Plan Width'] ?? 0);
}

/** @param memory kilobytes there are, where it was not run */
function adviceOf(node: PlanNode, kilobytes: number, memory: number | null): Advice {
  const keys = (node['Sort Key'] ?? []).join(', ');
  const isSeen = memory === null;
  const size = `${count(kilobytes)} kB`;
  return {
    ...{ rule: 'spilled-sort', level: 'warning', certainty: isSeen ? 'proved' : 'likely' },
    title: `Sorting by ${keys} ${isSeen ? 'went to disk' : 'will go to disk'}: ${size}`,
    detail: isSeen
      ? 'The sort did not fit into work_mem, so it was written to disk and read again.'
      : `By the estimate ${size} are sorted in ${count(memory)} kB of work_mem: they are written to disk and read again.`,
    figures: { kilobytes: Math.round(kilobytes), rows: node['Actual Rows'] ?? node['Plan Rows'] },
    remedy: {
      text: 'Sort fewer rows: an index in that order, a limit, or keys alone and the other columns afterwards. More memory helps one query and is taken by each that runs.',
      sql: `set local work_mem = '${Math.ceil((kilobytes * 3) / KILOBYTE)}MB';`,
    },
    about: keys,
  };
}
