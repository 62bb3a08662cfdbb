import type { Evidence } from '../profile/finding.ts';
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
    `in ${shown}${others}; ${requests} ${requests === 1 ? 'request' : 'requests'}; ${certainty}`,
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
  const text = shape.replace(/\s+/g, ' ');
  return [line, `  ${text.length > SHAPE_CHARACTERS ? `${text.slice(0, SHAPE_CHARACTERS)}…` : text}`];
}
