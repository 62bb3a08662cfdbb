import { fileURLToPath } from 'node:url';
import type { Finished } from './run-command.ts';

const checkout = fileURLToPath(new URL('../../../../', import.meta.url));

/**
 * A command in this process, up to its exit code. A process of its own (`runCommand`) takes two seconds of a core to read
 * the sources: it is for what only a process shows, which is signals, kills and the program itself.
 */
export async function callCommand(
  argv: readonly string[],
  environment: Readonly<Record<string, string>>,
  directory = checkout,
): Promise<Finished> {
  // Here, as bundles of the benches hold this file too, and the command line reads its package.json where it lies.
  const { main } = await import('../../src/cli/main.ts');
  const said = { stdout: '', stderr: '' };
  const code = await main(argv, {
    directory,
    environment: { ...process.env, ALTIPLANO_SECRET: 'test', ...environment },
    out: (text) => {
      said.stdout += text;
    },
    err: (text) => {
      said.stderr += text;
    },
  });
  return { code, ...said };
}
