import type { Profile, ProfiledQuery } from '../profile.ts';
import { printSite } from './html-finding.ts';
import { type Html, html, join, milliseconds, percent } from './html-text.ts';
import type { Report, RouteReport } from './report.ts';

/** A request of thousands would make a page of megabytes. */
const SHOWN_QUERIES = 60;
const SHOWN_CHARACTERS = 240;

export function routeTable({ routes, findings }: Report): Html {
  const rows = routes.map((route) => {
    const name = `${route.method} ${route.route}`;
    const count = findings.filter((finding) => finding.accepted === null && finding.routes.includes(name)).length;
    const { median, most } = route.statements;
    return html`<tr><th scope="row"><code>${name}</code></th><td>${route.requests}</td><td>${route.errors}</td>
<td>${milliseconds(route.p50)}</td><td>${milliseconds(route.p95)}</td><td>${median === most ? median : `${median} (${most})`}</td>
<td>${percent(route.databaseShare)}</td><td>${shareBar(route)}</td><td>${count}</td></tr>`;
  });
  return html`<div class="wide"><table><thead><tr><th scope="col">Route</th><th scope="col">Requests</th><th scope="col">Errors</th>
<th scope="col">p50 ms</th><th scope="col">p95 ms</th><th scope="col">Statements (most)</th><th scope="col">Database</th>
<th scope="col">Where the time goes</th><th scope="col">Findings</th></tr></thead>
<tbody>${join(rows)}</tbody></table></div>
<p class="legend">${join(PARTS.map(({ key, title }) => html`<span><i class="${key}"></i>${title}</span>`))}</p>`;
}

const PARTS = [
  { key: 'io', title: 'database and other I/O' },
  { key: 'pool', title: 'waiting for a connection' },
  { key: 'cpu', title: 'its own CPU' },
  { key: 'shared', title: 'the loop busy with others' },
  { key: 'unexplained', title: 'unexplained' },
] as const;

function shareBar({ shares, bottleneck }: RouteReport): Html {
  const title = PARTS.map(({ key, title }) => `${title} ${percent(shares[key])}`).join(', ');
  const parts = PARTS.map(({ key }) => html`<i class="${key}" style="width:${(shares[key] * 100).toFixed(1)}%"></i>`);
  return html`<span class="bar" title="${title}" role="img" aria-label="${title}">${join(parts)}</span> <span class="type">${bottleneck}</span>`;
}

export function routeDetails({ method, route, example }: RouteReport): Html {
  const { queries, total, statements, request } = example;
  const shown = queries.slice(0, SHOWN_QUERIES);
  const left = queries.length - shown.length + example.dropped;
  return html`<details><summary><code>${method} ${route}</code> ${milliseconds(total)} ms, ${statements} statements</summary>
<p class="where"><code>${request?.path ?? ''}</code> status ${request?.status ?? 'none'}; profiling took ${milliseconds(example.own)} ms of it</p>
${shown.length === 0 ? html`<p class="empty">It asked the database nothing.</p>` : waterfall(shown, example)}
${left > 0 ? html`<p class="where">and ${left} more queries</p>` : html``}
</details>`;
}

function waterfall(queries: readonly ProfiledQuery[], { total }: Profile): Html {
  const at = (value: number) => `${Math.min(100, Math.max(0, (value / total) * 100)).toFixed(2)}%`;
  const lines = queries.map(({ text, from, pool, database, rows, site, verdicts, error }) => {
    const marks = verdicts.map((rule) => html`<span class="badge">${rule}</span>`);
    return html`<li><span class="track"><i class="pool" style="left:${at(from)};width:${at(pool)}"></i><i class="io" style="left:${at(from + pool)};width:max(2px,${at(database)})"></i></span>
<span class="time">${milliseconds(database)} ms</span>
<span class="statement"><code>${cut(text)}</code><small>${[site === null ? '' : printSite(site), rows === null ? '' : `${rows} rows`, error === null ? '' : `error ${error}`].filter(Boolean).join(' · ')}</small> ${join(marks)}</span></li>`;
  });
  return html`<ol class="waterfall">${join(lines)}</ol>`;
}

function cut(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length > SHOWN_CHARACTERS ? `${line.slice(0, SHOWN_CHARACTERS)}…` : line;
}
