// npm run bench -- <scenario> [options]
process.argv.splice(2, 0, 'bench/main.ts');
await import('./run.mjs');
