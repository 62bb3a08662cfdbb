import { join } from 'node:path';
import { Failure } from '../errors/failure.ts';
import { executable } from './locate-programs.ts';
import { findPostmaster, settlePostmaster } from './postmaster.ts';
import { runProgram } from './run-program.ts';
import type { ServerHome } from './server-home.ts';

/** Fast shutdown: sessions are ended, a checkpoint is written. Immediate after a minute: the next start recovers. */
export async function stopServer(home: ServerHome): Promise<void> {
  const program = join(home.programs.bin, executable('pg_ctl'));
  for (const mode of ['fast', 'immediate']) {
    if ((await findPostmaster(home.data)) === undefined) return;
    await runProgram(program, ['stop', `--pgdata=${home.data}`, `--mode=${mode}`, '--timeout=60'], home.user);
  }
  await settlePostmaster(home.data, 5000, 'gone').catch((cause) => {
    throw new Failure('EMB_START_FAILED', { values: { reason: 'it does not stop', log: home.log }, cause });
  });
}
