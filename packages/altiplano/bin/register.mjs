import { existsSync } from 'node:fs';

// `node --import altiplano/profile/register app.js`. In the repository only our own modules go through tsx, never the program's.
const isSource = existsSync(new URL('../src', import.meta.url));
if (isSource) {
  const { tsImport } = await import('tsx/esm/api');
  await tsImport('../src/profile/register.ts', import.meta.url);
} else {
  await import('../dist/profile/register.js');
}
