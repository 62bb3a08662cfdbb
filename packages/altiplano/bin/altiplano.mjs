#!/usr/bin/env node
import { existsSync } from 'node:fs';

// The published package holds dist/, the repository src/, which tsx reads while developing.
const isSource = existsSync(new URL('../src', import.meta.url));
if (isSource) {
  const { register } = await import('tsx/esm/api');
  register();
}
const { main } = await import(isSource ? '../src/cli/main.ts' : '../dist/cli/main.js');
process.exitCode = await main(process.argv.slice(2));
