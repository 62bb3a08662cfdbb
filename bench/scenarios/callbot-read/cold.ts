import { issueToken } from 'altiplano/testing';
import { openHttpClient } from '../../measure/http-client.ts';
import { percentiles } from '../../measure/samples.ts';
import { makeRow, type Row } from '../../result/result.ts';
import { startApiServer } from '../../server/api-server.ts';
import { type Case, targetOf } from './case.ts';
import { SECRET } from './instruments.ts';
import type { Effort } from './volume.ts';

const NOTE = 'first request after a restart of the database: shared buffers empty, the page cache of the system warm';

/**
 * First pages after a restart. A refused request goes ahead, so that connecting and reading the system catalogs are not
 * what is measured; the statement is prepared by then, its rows are not.
 * @param restart restarts the database and gives its URL; null where that cannot be done
 */
export async function measureCold(
  restart: (() => Promise<string>) | null,
  subjects: readonly Case[],
  refused: Case,
  { restarts }: Effort,
): Promise<readonly Row[]> {
  const named = { variant: 'altiplano', case: 'cold: first page' };
  if (restart === null)
    return subjects.map(({ size }) => makeRow({ ...named, size, note: 'no restart possible here' }));
  const samples = subjects.map((): number[] => []);
  for (let turn = 0; turn < restarts; turn++) {
    const url = await restart();
    const api = await startApiServer(url, SECRET);
    const http = openHttpClient();
    const ask = async (subject: Case) =>
      http.ask(api.origin + targetOf(subject), await issueToken(url, 'callbot', subject.user, [], SECRET));
    await ask(refused);
    for (const [index, subject] of subjects.entries()) {
      const token = await issueToken(url, 'callbot', subject.user, [], SECRET);
      const started = performance.now();
      await http.ask(api.origin + targetOf(subject), token);
      samples[index]?.push(performance.now() - started);
    }
    http.close();
    await api.stop();
  }
  const note = `${NOTE}; ${restarts} ${restarts === 1 ? 'restart' : 'restarts'}`;
  return subjects.map(({ size }, index) => makeRow({ ...named, size, ...percentiles(samples[index] ?? []), note }));
}
