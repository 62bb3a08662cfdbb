import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

// Below the package, so that what stays outside the bundle is found where the package would find it.
const folder = fileURLToPath(new URL('../../packages/altiplano/node_modules/.cache/bench/', import.meta.url));

/**
 * A program of this folder as plain JavaScript, as the package is published: the loader that runs TypeScript while
 * developing names every closure it meets, which took a fifth of the server's time.
 */
export async function bundle(name: string): Promise<string> {
  const outfile = `${folder}${name}.mjs`;
  await build({
    entryPoints: [fileURLToPath(new URL(`../${name}.ts`, import.meta.url))],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    packages: 'external',
    alias: {
      altiplano: fileURLToPath(import.meta.resolve('altiplano')),
      'altiplano/profile/register': fileURLToPath(
        new URL('../../packages/altiplano/src/profile/register.ts', import.meta.url),
      ),
      'altiplano/sample': fileURLToPath(import.meta.resolve('altiplano/sample')),
      'altiplano/testing': fileURLToPath(import.meta.resolve('altiplano/testing')),
      '@altiplano/callbot': fileURLToPath(import.meta.resolve('@altiplano/callbot')),
    },
  });
  return outfile;
}
