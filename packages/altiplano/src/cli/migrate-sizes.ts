import { withOwner } from '../execute/owner.ts';
import { planMigrations } from '../migrate/plan.ts';
import type { MigrationFolder } from '../migrate/run.ts';
import { type IndexSize, measureIndexes } from '../migrate/sizes/measure.ts';
import type { App } from '../resource/app.ts';
import type { Context, Flags } from './command.ts';
import { printTable } from './print-table.ts';
import { usage } from './usage.ts';

/** `migrate up --dry-run`: each step with what its index would weigh. */
export async function printPlan(context: Context, url: string, folders: readonly MigrationFolder[]): Promise<void> {
  const steps: (Awaited<ReturnType<typeof planMigrations>>[number] & { readonly app: string })[] = [];
  for (const folder of folders)
    steps.push(...(await planMigrations(folder, url)).map((step) => ({ app: folder.app, ...step })));
  const rows = steps.map(({ app, migration, step, done, estimate }) => [
    `${app} ${migration}`,
    `${step ?? 'SQL, whole in one transaction'}${done ? ' (done)' : ''}`,
    estimate === null ? '' : bytes(estimate.bytes),
  ]);
  context.print(rows.length === 0 ? 'nothing to do' : printTable(['migration', 'step', 'estimated'], rows), { steps });
}

/** `migrate sizes`: each index, estimated, real, and at another volume. */
export async function printSizes(context: Context, url: string, apps: readonly App[], flags: Flags): Promise<void> {
  const target = readRows(flags.rows);
  const indexes: (IndexSize & { readonly app: string })[] = [];
  await withOwner(url, async (client) => {
    for (const { name: app, schema } of apps)
      indexes.push(...(await measureIndexes(client, schema, target)).map((index) => ({ app, ...index })));
  });
  const unknown = [...target.keys()].filter((table) => !indexes.some((index) => index.table === table));
  if (unknown.length > 0) throw usage(`There is no table ${unknown.join(', ')}.`, '--rows customer=70000000');
  const totals = [...new Set(indexes.map(({ table }) => table))].map((table) => totalOf(table, indexes));
  const head = ['index', 'table', 'rows', 'bytes a row', 'estimated', 'real', 'real/estimated', 'projected'];
  const text = printTable(head, [...indexes, ...totals].map(line));
  context.print(text, { indexes, totals });
}

function totalOf(table: string, indexes: readonly IndexSize[]): IndexSize {
  const own = indexes.filter((index) => index.table === table);
  const sum = (figure: (index: IndexSize) => number | null) =>
    own.some((index) => figure(index) === null) ? null : own.reduce((total, index) => total + (figure(index) ?? 0), 0);
  return {
    table,
    index: 'all of them',
    rows: own[0]?.rows ?? 0,
    estimated: sum(({ estimated }) => estimated),
    real: sum(({ real }) => real) ?? 0,
    projected: sum(({ projected }) => projected),
  };
}

function line({ index, table, rows, estimated, real, projected }: IndexSize): readonly string[] {
  return [
    index,
    table,
    Math.round(rows).toLocaleString('en-US'),
    rows === 0 ? '' : (real / rows).toFixed(1),
    estimated === null ? '' : bytes(estimated),
    bytes(real),
    estimated === null ? '' : (real / estimated).toFixed(2),
    projected === null ? '' : bytes(projected),
  ];
}

/** `--rows TABLE=NUMBER`, repeated. */
function readRows(flag: Flags[string]): ReadonlyMap<string, number> {
  const given = Array.isArray(flag) ? (flag as readonly string[]) : [];
  return new Map(
    given.map((text) => {
      const [, table = '', rows] = /^(\w+)=(\d{1,15})$/.exec(text) ?? [];
      if (rows === undefined)
        throw usage(`--rows ${text} is not TABLE=NUMBER.`, '--rows customer=70000000 --rows call=1000000000');
      return [table, Number(rows)] as const;
    }),
  );
}

function bytes(count: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  const step = count < 1000 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(count) / 3));
  const figure = count / 1000 ** step;
  return `${figure.toFixed(step === 0 || figure >= 100 ? 0 : 1)} ${units[step]}`;
}
