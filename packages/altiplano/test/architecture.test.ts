import { existsSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import {
  countLines,
  findAppsReachingIn,
  findUnusedArrows,
  findVagueNames,
  findWrongArrows,
} from './architecture/check.ts';
import { importsOf, readSources } from './architecture/imports.ts';

const ROOT = new URL('../../../', import.meta.url);
const ENGINE = new URL('packages/altiplano/src/', ROOT);
const sources = readSources(fileURLToPath(ENGINE));
const packages = readSources(fileURLToPath(new URL('packages/', ROOT)));
const apps = readSources(fileURLToPath(new URL('apps/', ROOT)));

const codeOfPackages = new Map([...packages].filter(([path]) => /^[^/]+\/src\//.test(path)));

describe('imports', () => {
  test('of the engine follow the table of arrows', () => {
    expect(sources.size).toBeGreaterThan(100);
    expect(findWrongArrows(sources)).toEqual([]);
  });

  test('and no arrow of the table is left over', () => {
    expect(findUnusedArrows(sources)).toEqual([]);
  });

  test('of apps reach the public entry and no deeper', () => {
    expect(findAppsReachingIn(apps)).toEqual([]);
  });
});

describe('files', () => {
  test('are short', () => {
    const { median, ninth, longest } = countLines(new Map([...codeOfPackages, ...apps]));
    expect(median).toBeLessThanOrEqual(80);
    expect(ninth).toBeLessThanOrEqual(250);
    expect(longest[1], longest[0]).toBeLessThanOrEqual(400);
  });

  test('have names that say what is in them', () => {
    expect(findVagueNames([...packages.keys(), ...apps.keys()])).toEqual([]);
  });

  test('lie in folders that say what they are for', () => {
    const folders = readdirSync(ENGINE, { withFileTypes: true }).filter((entry) => entry.isDirectory());
    const silent = folders.filter(({ name }) => !existsSync(new URL(`${name}/README.md`, ENGINE)));
    expect(silent.map(({ name }) => `${name}/ has no README.md`)).toEqual([]);
  });
});

describe('the check itself', () => {
  const check = (path: string, text: string) => findWrongArrows(new Map([[path, text]]));

  test.each([
    ['plan/access.ts', "import { Failure } from '../errors/failure.ts';", 'plan → errors'],
    ['sql/emit.ts', "import { run } from '../execute/run.ts';", 'sql → execute'],
    ['respond/respond.ts', "import type { Statement } from '../sql/statement.ts';", 'respond → sql'],
    ['respond/respond.ts', "import { run } from '../execute/run.ts';", 'respond → execute'],
    ['respond/respond.ts', "import { type Rows, read } from '../execute/rows.ts';", 'types only'],
    ['plan/plan.ts', "export { run } from '../execute/run.ts';", 'plan → execute'],
    ['request/parse.ts', "import {\n  one,\n  two,\n} from '../plan/plan.ts';", 'request → plan'],
    ['auth/token.ts', "import pg from 'pg';", 'auth → pg belongs to execute/'],
    ['cli/start.ts', "const { default: fastify } = await import('fastify');", 'cli → fastify belongs to http/'],
    ['migrate/run.ts', "import 'pg';", 'migrate → pg'],
    ['embedded/stop-server.ts', "import { name } from '../sql/text.ts';", 'embedded → sql'],
    ['cache/store.ts', "import { name } from '../sql/text.ts';", 'cache is not in the table'],
    ['sql/text.ts', "import { x } from '../../test/support/testing.ts';", 'leaves the sources'],
  ])('names %s', (path, text, problem) => {
    const [found] = check(path, text);
    expect(found).toContain(path);
    expect(found).toContain(problem);
  });

  test('lets pass what is meant', () => {
    expect(check('respond/respond.ts', "import type { Rows } from '../execute/rows.ts';")).toEqual([]);
    expect(check('respond/respond.ts', "import { type Rows } from '../execute/rows.ts';")).toEqual([]);
    expect(check('execute/run.ts', "import pg from 'pg';")).toEqual([]);
    expect(check('engine.ts', "import { run } from './execute/run.ts';")).toEqual([]);
  });

  test('reads imports, not texts that look like them', () => {
    const text = "const query = `select 1\nfrom 'nowhere'`;\n// import { a } from 'b'\nexport const from = 'c';";
    expect(importsOf('sql/text.ts', text)).toEqual([]);
  });

  test('names apps that reach in', () => {
    const app = (path: string, to: string) => findAppsReachingIn(new Map([[path, `import { a } from '${to}';`]]));
    expect(app('shop/app.ts', 'altiplano')).toEqual([]);
    expect(app('shop/app.ts', '../callbot/app.ts')).toEqual(['shop/app.ts: imports callbot/app.ts']);
    expect(app('shop/app.ts', 'altiplano/src/engine.ts')).toHaveLength(1);
    expect(app('shop/app.ts', '../../packages/altiplano/src/engine.ts')).toHaveLength(1);
    expect(app('shop/app.ts', '@altiplano/callbot')).toHaveLength(1);
    expect(app('shop/app.ts', 'altiplano/testing')).toHaveLength(1);
    expect(app('shop/app.ts', 'altiplano/sample')).toHaveLength(1);
    expect(app('shop/app.ts', 'altiplano/twin')).toHaveLength(1);
    expect(app('shop/test/app.test.ts', 'altiplano/testing')).toEqual([]);
    expect(app('shop/sample/orders.ts', 'altiplano/sample')).toEqual([]);
    expect(app('shop/naive/page.ts', 'altiplano/twin')).toEqual([]);
  });

  test('finds vague names', () => {
    expect(findVagueNames(['a/utils.ts', 'a/date-util.ts', 'misc/b.ts', 'a/community.ts'])).toEqual([
      'a/utils.ts',
      'a/date-util.ts',
      'misc/b.ts',
    ]);
  });
});
