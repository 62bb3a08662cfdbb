import type { Evidence } from '../finding.ts';
import type { CallSite } from '../recording.ts';
import { type Html, html, join } from './html-text.ts';
import type { ReportedFinding } from './report.ts';

const SHOWN_ROUTES = 6;

export function findingCard(finding: ReportedFinding): Html {
  const { rule, level, certainty, title, detail, evidence, remedy, routes, requests, accepted } = finding;
  const shown = routes.slice(0, SHOWN_ROUTES).join(', ');
  const others = routes.length > SHOWN_ROUTES ? ` and ${routes.length - SHOWN_ROUTES} more` : '';
  return html`<article class="finding ${level}">
<h3><span class="badge ${level}">${rule}</span> ${title}</h3>
<p>${detail}</p>
<p class="where">${shown}${others}; ${requests} ${requests === 1 ? 'request' : 'requests'}; ${certainty}${accepted === null ? '' : `; ${accepted}`}</p>
${join(evidence.map(evidenceItem))}
<p class="remedy"><strong>Remedy.</strong> ${remedy.text}</p>
${remedy.sql === null ? html`` : html`<pre>${remedy.sql}</pre>`}
<p class="key"><code>${finding.key}</code></p>
</article>`;
}

function evidenceItem({ queries, shape, site, figures }: Evidence): Html {
  const numbers = Object.entries(figures).map(([name, value]) => `${name} ${round(value)}`);
  const facts = [`${queries.length} ${queries.length === 1 ? 'query' : 'queries'}`, ...numbers];
  return html`<div class="evidence"><p>${site === null ? '' : `${printSite(site)} · `}${facts.join(', ')}</p>
${shape === null ? html`` : html`<pre>${shape}</pre>`}</div>`;
}

/** `src/list.js:33 in toJson`. */
export function printSite({ file, line, function: name }: CallSite): string {
  return `${file}:${line}${name === null ? '' : ` in ${name}`}`;
}

function round(value: number): string {
  return value.toLocaleString('en', { maximumFractionDigits: 2 });
}
