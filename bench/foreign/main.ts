import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { suggest } from 'altiplano/testing';
import { align } from '../result/table.ts';
import { openPostgres, type Postgres } from '../server/postgres.ts';
import { install } from './install.ts';
import { countsOf, type Detection, judge } from './judge.ts';
import { type Recipe, readRecipes } from './recipe.ts';
import { profileForeign } from './run.ts';

const ROOT = new URL('../../', import.meta.url);
const RESULT = new URL('bench/results/foreign.json', ROOT);
export const FOREIGN_USAGE = `npm run bench -- foreign [name…] [--repeat 3] [--pages FOLDER] [--again]

Installs programs that nobody here wrote, fills them, asks them under \`altiplano profile\`, and compares what was found with
what is known of them (bench/foreign/<name>/judged.json). Names: all but those given stay as they were in the result. --again judges what the last run found, and
asks nothing.

Environment: FOREIGN_DIRECTORY (where they are installed), FOREIGN_SOURCES (clones of what npm does not have),
BENCH_DATABASE_URL (a superuser's).`;

/** Exit code: 0 all is judged, 1 something is not or failed, 2 wrong use. */
export async function foreign(words: readonly string[]): Promise<number> {
  const options = {
    repeat: { type: 'string' },
    pages: { type: 'string' },
    again: { type: 'boolean' },
    help: { type: 'boolean' },
  } as const;
  const { values, positionals } = parseArgs({ args: [...words], options, allowPositionals: true });
  const recipes = readRecipes();
  const unknown = positionals.find((name) => recipes.every((recipe) => recipe.name !== name));
  if (values.help === true || unknown !== undefined) {
    const names = recipes.map(({ name }) => name);
    console.error(unknown === undefined ? FOREIGN_USAGE : `No program ${unknown}. ${suggest(unknown, names)}`);
    return unknown === undefined ? 0 : 2;
  }
  const chosen = recipes.filter(({ name }) => positionals.length === 0 || positionals.includes(name));
  const postgres = values.again === true ? null : await openPostgres(ROOT, (line) => console.error(line));
  try {
    const results = new Map(readResult().map((detection) => [detection.name, detection]));
    let failed = 0;
    for (const recipe of chosen) {
      try {
        results.set(recipe.name, await detect(recipe, postgres, values));
        writeFileSync(RESULT, `${JSON.stringify({ programs: [...results.values()] }, null, 2)}\n`);
      } catch (error) {
        // The others can still be had: one may need GitHub, which not every machine reaches.
        failed++;
        console.error(`${recipe.name}: ${error instanceof Error ? error.message : error}`);
      }
    }
    const told = chosen.flatMap(({ name }) => results.get(name) ?? []);
    console.log(table(told));
    return failed > 0 || told.some((detection) => countsOf(detection).unjudged > 0) ? 1 : 0;
  } finally {
    await postgres?.stop();
  }
}

interface DetectOptions {
  readonly repeat?: string | undefined;
  readonly pages?: string | undefined;
  readonly again?: boolean | undefined;
}

async function detect(recipe: Recipe, postgres: Postgres | null, options: DetectOptions): Promise<Detection> {
  const { repeat = '3', pages = tmpdir() } = options;
  const note = (line: string) => console.error(line);
  const directory = install(recipe, note);
  const last = join(directory, 'report.json');
  if (postgres === null) return judge(recipe, JSON.parse(readFileSync(last, 'utf8')));
  mkdirSync(pages, { recursive: true });
  const page = join(pages, `foreign-${recipe.name}.html`);
  const { report } = await profileForeign(
    recipe,
    directory,
    postgres.adminUrl(),
    ['--repeat', repeat, '--html', page],
    note,
  );
  writeFileSync(last, JSON.stringify(report));
  return judge(recipe, report);
}

function readResult(): readonly Detection[] {
  return existsSync(RESULT) ? JSON.parse(readFileSync(fileURLToPath(RESULT), 'utf8')).programs : [];
}

function table(detections: readonly Detection[]): string {
  const rows = detections.flatMap((detection) => {
    const rules = [...new Set(detection.findings.map(({ rule }) => rule))].sort();
    const line = (rule: string, counts: ReturnType<typeof countsOf>) =>
      [detection.name, rule, ...[counts.true, counts.false, counts.unjudged, counts.missed].map(String)] as const;
    return [
      ...rules.map((rule) => {
        const findings = detection.findings.filter((finding) => finding.rule === rule);
        return line(rule, countsOf({ findings, missed: [] }));
      }),
      line('all', countsOf(detection)),
    ];
  });
  return align([['program', 'rule', 'true', 'false', 'unjudged', 'missed'], ...rows], 2).join('\n');
}
