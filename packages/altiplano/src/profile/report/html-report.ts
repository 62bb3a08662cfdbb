import { findingCard } from './html-finding.ts';
import { routeDetails, routeTable } from './html-routes.ts';
import { type Html, html, join, raw } from './html-text.ts';
import { countingFindings, type Report } from './report.ts';
import { STYLE } from './style.ts';

/** One file that needs nothing else: no script, no font, nothing fetched; light or dark as the reader has it. */
export function htmlReport(report: Report): string {
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>Profile of ${report.program}</title>
<style>${raw(STYLE)}</style>
</head>
<body>
<header>
<h1>${report.program}</h1>
<p>${summaryOf(report)} <time datetime="${report.at}">${report.at.slice(0, 16).replace('T', ' ')} UTC</time></p>
</header>
<main>
${findings(report)}
<section><h2>Routes</h2>${report.routes.length === 0 ? empty('No request was recorded.') : routeTable(report)}</section>
${report.routes.length === 0 ? html`` : html`<section><h2>The slowest request of each</h2>${join(report.routes.map(routeDetails))}</section>`}
</main>
</body>
</html>
`;
  return page.text;
}

function findings(report: Report): Html {
  const counting = report.findings.filter(({ accepted }) => accepted === null);
  const accepted = report.findings.filter((finding) => finding.accepted !== null);
  return html`<section><h2>Findings</h2>
${counting.length === 0 ? empty('Nothing was found that is not accepted already.') : join(counting.map(findingCard))}
${accepted.length === 0 ? html`` : html`<details class="accepted"><summary>${accepted.length} accepted before</summary>${join(accepted.map(findingCard))}</details>`}
</section>`;
}

function summaryOf(report: Report): string {
  const { requests, routes } = report;
  const counting = countingFindings(report).length;
  return `${plural(requests, 'request')} of ${plural(routes.length, 'route')}, ${plural(counting, 'finding')}.`;
}

function plural(count: number, noun: string): string {
  return `${count.toLocaleString('en')} ${noun}${count === 1 ? '' : 's'}`;
}

function empty(text: string): Html {
  return html`<p class="empty">${text}</p>`;
}
