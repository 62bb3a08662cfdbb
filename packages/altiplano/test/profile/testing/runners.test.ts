import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { schema } from './program.ts';

/** The helpers under runners of their own, as a project has them: what they print on failure is what somebody gets to read. */
const SCHEMA = `runners_${process.pid}`;
const HERE = fileURLToPath(new URL('.', import.meta.url));
const FOLDER = join(HERE, `.runners-${process.pid}`);
const ROOT = fileURLToPath(new URL('../../../../..', import.meta.url));

beforeAll(async () => {
  mkdirSync(FOLDER, { recursive: true });
  const client = new pg.Client(inject('adminUrl'));
  await client.connect();
  await schema(client as unknown as pg.Pool, SCHEMA);
  await client.end();
});
afterAll(async () => {
  rmSync(FOLDER, { recursive: true, force: true });
  const client = new pg.Client(inject('adminUrl'));
  await client.connect();
  await client.query(`drop schema ${SCHEMA} cascade`);
  await client.end();
});

const COMMON = `
import pg from 'pg';
import { expectConstantQueries, expectMaxQueries, expectQuerySnapshot, extendExpect } from 'altiplano/profile/testing';
import { postsAtOnce, postsOneByOne } from '../program.ts';
const pool = new pg.Pool({ connectionString: process.env.RUNNERS_URL, max: 4 });
const SCHEMA = '${SCHEMA}';
`;

interface Outcome {
  readonly code: number;
  readonly output: string;
}

function run(
  file: string,
  source: string,
  options: readonly string[],
  environment: Record<string, string> = {},
): Promise<Outcome> {
  writeFileSync(join(FOLDER, file), COMMON + source);
  const { NODE_OPTIONS: _, VITEST: __, NODE_TEST_CONTEXT: ___, ...inherited } = process.env;
  const env = { ...inherited, RUNNERS_URL: inject('adminUrl'), NO_COLOR: '1', FORCE_COLOR: '0', ...environment };
  return new Promise((resolve) => {
    execFile(process.execPath, options, { cwd: ROOT, env, timeout: 50_000 }, (error, out, err) =>
      resolve({ code: error === null ? 0 : Number(error.code ?? -1), output: out + err }),
    );
  });
}

const PLACE = /at packages\/altiplano\/test\/profile\/testing\/program\.ts:\d+ \(authorOf\)/;

describe('node:test', () => {
  it('passes what is constant, and shows queries and places of what grows', async () => {
    const { code, output } = await run(
      'node.test.ts',
      `import { after, test } from 'node:test';
      after(() => pool.end());
      test('flat', () => expectConstantQueries((size) => postsAtOnce(pool, SCHEMA, size)));
      test('kept', () => expectQuerySnapshot(() => postsAtOnce(pool, SCHEMA, 2), { file: ${JSON.stringify(join(FOLDER, 'kept.json'))}, name: 'posts' }));
      test('steep', () => expectConstantQueries((size) => postsOneByOne(pool, SCHEMA, size), { sizes: [2, 4] }));`,
      ['--import', 'tsx', '--test', '--test-reporter=spec', join(FOLDER, 'node.test.ts')],
      { CI: '' },
    );
    expect(output).toMatch(/✔ flat[\s\S]*✔ kept[\s\S]*✖ steep/);
    expect(output).toContain('Queries grow with the number of rows: 3 at 2, 5 at 4.');
    expect(output).toMatch(PLACE);
    expect(JSON.parse(readFileSync(join(FOLDER, 'kept.json'), 'utf8')).posts).toHaveLength(2);
    expect(code).toBe(1);
  });
});

describe('vitest', () => {
  const vitest = join(createRequire(import.meta.url).resolve('vitest/package.json'), '..', 'vitest.mjs');
  const options = [
    vitest,
    'run',
    '--root',
    FOLDER,
    '--config',
    join(FOLDER, 'vitest.config.mjs'),
    '--reporter=verbose',
  ];
  const SOURCE = `import { afterAll, expect, test } from 'vitest';
    extendExpect(expect);
    afterAll(() => pool.end());
    const work = process.env.RUNNERS_STEEP ? postsOneByOne : postsAtOnce;
    test('flat', () => expectConstantQueries((size) => postsAtOnce(pool, SCHEMA, size)));
    test('kept', () => expect(() => work(pool, SCHEMA, 2)).toMatchQuerySnapshot());
    test('few', () => expectMaxQueries(() => work(pool, SCHEMA, 3), 2));`;

  it('keeps a snapshot as its own, and shows what is not as it was', async () => {
    writeFileSync(join(FOLDER, 'vitest.config.mjs'), "export default { test: { include: ['*.vitest.ts'] } };\n");
    const first = await run('posts.vitest.ts', SOURCE, options, { CI: '' });
    expect(first.output).toMatch(/✓ .*flat[\s\S]*✓ .*kept[\s\S]*✓ .*few/);
    expect(first.code).toBe(0);
    const kept = readFileSync(join(FOLDER, '__snapshots__', 'posts.vitest.ts.snap'), 'utf8');
    expect(kept).toContain(`1 × select * from ${SCHEMA}.authors where id = any(?)`);
    const second = await run('posts.vitest.ts', SOURCE, options, { CI: 'true', RUNNERS_STEEP: '1' });
    expect(second.output).toContain(`2 × select * from ${SCHEMA}.authors where id = ?`);
    expect(second.output).toContain('4 queries, and 2 are allowed:');
    expect(second.output).toMatch(PLACE);
    expect(second.code).toBe(1);
  });
});
