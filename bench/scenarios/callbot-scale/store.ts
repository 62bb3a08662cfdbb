import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import type { Result, Row } from '../../result/result.ts';

/** The rows so far, written down as they come: an interrupted run has what it had measured. */
export interface Store {
  put(rows: readonly Row[]): void;
  rows(): readonly Row[];
}

/**
 * @param head everything of the result but its rows
 * @param kept goes on from the rows of an earlier run with the same volume, and replaces what is measured again
 */
export function openStore(root: URL, head: Omit<Result, 'rows'>, kept: boolean): Store {
  const file = new URL(`bench/results/${head.scenario}.json`, root);
  const rows = new Map<string, Row>();
  const put = (more: readonly Row[]) => {
    for (const row of more) rows.set(JSON.stringify([row.case, row.variant, row.size]), row);
  };
  if (kept) put(readRows(file, head));
  return {
    put(more) {
      put(more);
      mkdirSync(new URL('./', file), { recursive: true });
      writeFileSync(file, `${JSON.stringify({ ...head, rows: [...rows.values()] }, null, 2)}\n`);
    },
    rows: () => [...rows.values()],
  };
}

function readRows(file: URL, { volume }: Omit<Result, 'rows'>): readonly Row[] {
  if (!existsSync(file)) return [];
  const earlier: Result = JSON.parse(readFileSync(file, 'utf8'));
  return JSON.stringify(earlier.volume) === JSON.stringify(volume) ? earlier.rows : [];
}
