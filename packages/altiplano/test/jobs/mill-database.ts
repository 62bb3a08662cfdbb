import { setTimeout as sleep } from 'node:timers/promises';
import { type OwnerClient, withOwner } from '../../src/execute/owner.ts';
import { ENGINE, migrate } from '../../src/migrate/run.ts';
import { sourceKey } from '../support/app-database.ts';
import { useDatabase } from '../support/database.ts';
import { MILL_SQL, mill } from './mill.ts';

export function useMill() {
  const database = useDatabase({
    name: 'mill',
    key: `${MILL_SQL} ${sourceKey({ ...mill, migrations: ENGINE.folder })}`,
    build: async (url) => {
      await migrate(ENGINE, { url, direction: 'up' });
      await withOwner(url, (client) => client.query(MILL_SQL));
    },
  });
  const owner = <T>(work: (client: OwnerClient) => Promise<T>) => withOwner(database.url(), work);
  const rows = <R = Record<string, unknown>>(text: string, values: readonly unknown[] = []): Promise<readonly R[]> =>
    owner(async (client) => (await client.query(text, [...values])).rows as R[]);
  return {
    url: () => database.url(),
    rows,
    add: async (name: string, payload: object, attempts = 3): Promise<string> => {
      const [row] = await rows<{ id: string }>('select altiplano.insert_job($1, $2, $3, null, $4, null) as id', [
        'desk',
        name,
        JSON.stringify(payload),
        attempts,
      ]);
      return row?.id ?? '';
    },
    run: async (id: string) => (await rows<RunRow>('select * from altiplano.job_run where id = $1', [id]))[0],
    /** Each grain once, none left out. */
    ground: async (id: string) =>
      (await rows<{ grain: number }>('select grain from desk.ground where run = $1 order by grain', [id])).map(
        ({ grain }) => grain,
      ),
    until: async (met: () => Promise<boolean>, seconds = 30): Promise<void> => {
      const deadline = performance.now() + seconds * 1000;
      while (!(await met())) {
        if (performance.now() > deadline) throw new Error(`not within ${seconds} s`);
        await sleep(50);
      }
    },
  };
}

export interface RunRow {
  readonly state: string;
  readonly attempts: number;
  readonly done: string;
  readonly total: string | null;
  readonly error: string | null;
  readonly tenants: readonly string[];
}

export const upTo = (count: number): readonly number[] => Array.from({ length: count }, (_, index) => index);
