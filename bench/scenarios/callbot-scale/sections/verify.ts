import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { makeRow } from '../../../result/result.ts';
import type { Section } from '../bed.ts';

const SAMPLE = 5_000;

/** After everything that wrote: kept figures beside a recount, by `altiplano rollup verify`. */
export const verify: Section = {
  name: 'verify',
  async *measure({ root, url, big, note }) {
    const program = fileURLToPath(new URL('packages/altiplano/bin/altiplano.mjs', root));
    const words = [program, 'rollup', 'verify', '--app', 'callbot', '--sample', String(SAMPLE), '--json'];
    const started = performance.now();
    const { output, code } = await new Promise<{ output: string; code: unknown }>((resolve) => {
      const env = { ...process.env, DATABASE_URL: url() };
      const options = { cwd: fileURLToPath(root), env, maxBuffer: 1e8 };
      execFile(process.execPath, words, options, (error, stdout) =>
        resolve({ output: stdout, code: error?.code ?? 0 }),
      );
    });
    const named = { case: 'rollups: verify', variant: 'altiplano', size: big.size };
    if (code !== 0 && code !== 1) {
      note(`SKIPPED: altiplano rollup verify ended with ${code}`);
      yield [makeRow({ ...named, note: `skipped: ended with ${code}` })];
      return;
    }
    const { rollups } = JSON.parse(output);
    const found = rollups.map(
      (one: { rollup: string; parents: number; differences: readonly unknown[] }) =>
        `${one.rollup}: ${one.parents} parents, ${one.differences.length} differences`,
    );
    yield [makeRow({ ...named, p50_ms: Math.round(performance.now() - started), note: found.join('; ') })];
  },
};
