import type { Evidence } from '../profile/finding.ts';
import type { Profile, ProfiledQuery } from '../profile/profile.ts';
import type { Report, ReportedFinding, RouteReport } from '../profile/report/report.ts';
import { printTable } from './print-table.ts';

const HEAD = ['route', 'requests', 'errors', 'p50 ms', 'p95 ms', 'statements', 'database', 'bottleneck', 'findings'];
const SHOWN_ROUTES = 3;

/** What a terminal shows of a report: routes as a table, then each finding with where it comes from and what to do. */
export function textReport(report: Report): string {
  const counting = report.findings.filter(({ accepted }) => accepted === null);
  const accepted = report.findings.length - counting.length;
  const table = printTable(
    HEAD,
    report.routes.map((route) => routeCells(route, counting)),
  );
  return [
    report.routes.length === 0 ? 'No request was recorded.' : table,
    ...counting.map((finding) => `\n${findingText(finding)}`),
    `\n${summary(report, counting)}${accepted === 0 ? '' : `, ${accepted} accepted before`}`,
  ].join('\n');
}

function summary({ requests, routes }: Report, counting: readonly ReportedFinding[]): string {
  return `${requests} requests of ${routes.length} routes: ${counting.length === 0 ? 'nothing found' : `${counting.length} found`}`;
}

function routeCells(route: RouteReport, findings: readonly ReportedFinding[]): readonly string[] {
  const name = `${route.method} ${route.route}`;
  const { median, most } = route.statements;
  return [
    name,
    String(route.requests),
    String(route.errors),
    route.p50.toFixed(1),
    route.p95.toFixed(1),
    median === most ? String(median) : `${median} (${most})`,
    `${Math.round(route.databaseShare * 100)} %`,
    route.bottleneck,
    String(findings.filter(({ routes }) => routes.includes(name)).length),
  ];
}

/** One request: layers, queries, findings. */
export function profileText(profile: Profile): string {
  const { request, total, statements, rows, layers, bottleneck, queries, dropped, findings, own } = profile;
  const shares = Object.entries(bottleneck.shares).filter(([, share]) => share >= 0.01);
  const where = bottleneck.layer === null ? '' : ` in ${bottleneck.layer}`;
  return [
    `${request?.method ?? ''} ${request?.path ?? profile.kind}: ${request?.status ?? 'no status'}, ${total.toFixed(1)} ms, ${statements} statements, ${rows} rows`,
    `bottleneck ${bottleneck.type}${where}: ${shares.map(([name, share]) => `${name} ${Math.round(share * 100)} %`).join(', ')}; profiling took ${own.toFixed(2)} ms`,
    '',
    printTable(['layer', 'total ms', 'own ms', 'database ms', 'statements'], layers.map(layerCells)),
    '',
    printTable(['query', 'at ms', 'pool ms', 'database ms', 'decode ms', 'rows', 'layer'], queries.map(queryCells)),
    ...(dropped === 0 ? [] : [`and ${dropped} more queries, counted only`]),
    ...findings.map((finding) => `\n${findingText({ ...finding, routes: [], requests: 1, accepted: null })}`),
    ...(findings.length === 0 ? ['\nnothing found'] : []),
  ].join('\n');
}

function layerCells({ name, total, own, database, statements }: Profile['layers'][number]): readonly string[] {
  return [name, total.toFixed(2), own.toFixed(2), database.toFixed(2), String(statements)];
}

const TEXT_CHARACTERS = 72;

function queryCells({ text, from, pool, database, decode, rows, layer }: ProfiledQuery): readonly string[] {
  const times = [from, pool, database, decode].map((time) => time.toFixed(2));
  return [oneLine(text, TEXT_CHARACTERS), ...times, rows === null ? '–' : String(rows), layer ?? '–'];
}

function oneLine(text: string, most: number): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length > most ? `${line.slice(0, most - 1)}…` : line;
}

function findingText({
  level,
  rule,
  title,
  detail,
  evidence,
  remedy,
  routes,
  requests,
  certainty,
  key,
}: ReportedFinding): string {
  const shown = routes.slice(0, SHOWN_ROUTES).join(', ');
  const others = routes.length > SHOWN_ROUTES ? ` and ${routes.length - SHOWN_ROUTES} more` : '';
  const lines = [
    detail,
    ...evidence.flatMap(evidenceLines),
    ...(routes.length === 0
      ? [certainty]
      : [`in ${shown}${others}; ${requests} ${requests === 1 ? 'request' : 'requests'}; ${certainty}`]),
    `remedy: ${remedy.text}`,
    ...(remedy.sql === null ? [] : remedy.sql.split('\n')),
    `key: ${key}`,
  ];
  return [`${level}  ${rule}: ${title}`, ...lines.map((line) => `    ${line}`)].join('\n');
}

const SHAPE_CHARACTERS = 160;

function evidenceLines({ queries, shape, site, figures }: Evidence): readonly string[] {
  const numbers = Object.entries(figures).map(([name, value]) => `${name} ${Number(value.toFixed(2))}`);
  const where =
    site === null ? [] : [`at ${site.file}:${site.line}${site.function === null ? '' : ` in ${site.function}`}`];
  const line = [...where, `${queries.length} ${queries.length === 1 ? 'query' : 'queries'}`, ...numbers].join(', ');
  if (shape === null) return [line];
  return [line, `  ${oneLine(shape, SHAPE_CHARACTERS)}`];
}
