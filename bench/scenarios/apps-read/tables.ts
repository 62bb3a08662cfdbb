import type { Row } from '../../result/result.ts';
import { align, figure } from '../../result/table.ts';
import { LINES } from './lines.ts';
import { DIFFERS } from './measure.ts';
import { WELLNESS } from './wellness.ts';

/** What is to be shown, each as a table of its own. */
export function tablesOf(rows: readonly Row[]): readonly string[] {
  return [
    ...titled('Endpoints, small and large tenant (statements / round trips, buffers, p50 ms)', endpointLines(rows)),
    ...titled('Pages by number, side by side', deepLines(rows)),
    ...titled('Wellness report of all tenants', wellnessLines(rows)),
    ...titled('Lines of the apps, blank ones not counted', lineLines(rows)),
    '',
    ...verdicts(rows),
  ];
}

/** Not the job, not lines of code. */
export const isEndpoint = (row: Row): boolean => !row.case.startsWith(LINES) && row.case !== WELLNESS;

function titled(title: string, lines: readonly (readonly string[])[]): readonly string[] {
  return lines.length < 2 ? [] : ['', title, ...align(lines, 1).map((line) => `  ${line}`)];
}

const counts = (row: Row | undefined): string =>
  `${figure(row?.statements ?? null, 0)} / ${figure(row?.round_trips ?? null, 0)}`;
const time = (row: Row | undefined): string => figure(row?.p50_ms ?? null, 2);
const rowsOf = (row: Row): string => row.size.toLocaleString('en');

/** Ours and the twin's on the same rows. */
interface Pair {
  readonly ours: Row;
  readonly naive: Row | undefined;
}

function pairsOf(rows: readonly Row[]): readonly Pair[] {
  const naives = rows.filter(({ variant }) => variant === 'naive');
  return rows
    .filter(({ variant }) => variant === 'altiplano')
    .map((ours) => ({ ours, naive: naives.find((row) => row.case === ours.case && row.size === ours.size) }));
}

function endpointLines(rows: readonly Row[]): readonly (readonly string[])[] {
  const head = ['', 'rows', 'fast', 'naive', 'buffers', 'fast ms', 'naive ms', 'times'];
  const lines = pairsOf(rows.filter(isEndpoint)).map(({ ours, naive }) => [
    ...[ours.case, rowsOf(ours), counts(ours), counts(naive), figure(ours.buffers, 0), time(ours), late(naive)],
    ratio(naive, ours),
  ]);
  return [head, ...lines];
}

/** A twin that gave up says when. */
function late(naive: Row | undefined): string {
  const given = /within (\d+ s)/.exec(naive?.note ?? '')?.[1];
  return given === undefined ? time(naive) : `> ${given}`;
}

function ratio(naive: Row | undefined, ours: Row): string {
  if (naive?.p50_ms == null || ours.p50_ms === null) return '–';
  return (naive.p50_ms / ours.p50_ms).toFixed(1);
}

function deepLines(rows: readonly Row[]): readonly (readonly string[])[] {
  const head = ['', 'rows', 'fast', 'buffers', 'fast ms', 'naive ms', 'times'];
  const pages = rows.filter((row) => isEndpoint(row) && / page [\d,]+$|last page$/.test(row.case));
  const lines = pairsOf(pages).map(({ ours, naive }) => [
    ...[ours.case, rowsOf(ours), counts(ours), figure(ours.buffers, 0), time(ours), late(naive), ratio(naive, ours)],
  ]);
  return [head, ...lines];
}

function wellnessLines(rows: readonly Row[]): readonly (readonly string[])[] {
  const head = ['', 'tenants', 'statements', 'seconds'];
  const lines = rows
    .filter((row) => row.case === WELLNESS)
    .map((row) => [
      `${row.variant === 'altiplano' ? 'fast' : row.variant}: ${row.note ?? ''}`,
      ...[rowsOf(row), figure(row.statements, 0), figure(row.p50_ms === null ? null : row.p50_ms / 1000, 3)],
    ]);
  return [head, ...lines];
}

function lineLines(rows: readonly Row[]): readonly (readonly string[])[] {
  const lines = rows.filter((row) => row.case.startsWith(LINES));
  const read = lines.map((row) => ({ row, words: row.case.slice(LINES.length).split(': ') }));
  const apps = [...new Set(read.map(({ words }) => words[0] ?? ''))];
  const parts = [...new Set(read.map(({ words }) => words[1] ?? ''))];
  const cell = (app: string, part: string): string =>
    figure(read.find(({ words }) => words[0] === app && words[1] === part)?.row.size ?? null, 0);
  return [['', ...apps], ...parts.map((part) => [part, ...apps.map((app) => cell(app, part))])];
}

/** What somebody would have to look for in the tables. */
function verdicts(rows: readonly Row[]): readonly string[] {
  return [
    `Fast and naive answers compared and equal: ${rows.filter(({ note }) => note === 'same answer').length}`,
    ...rows
      .filter(({ note }) => note?.includes(DIFFERS) === true)
      .map((row) => `${row.case} (${rowsOf(row)}): ${row.note?.slice(0, 300)}`),
  ];
}
