import { fingerprint } from '../fingerprint/fingerprint.ts';
import { evidenceOf, findingOf, milliseconds, placeText, short, siteOf } from './make-finding.ts';
import type { Found, Looked, Rules } from './rule.ts';
import { askedAt, endedAt, type Statement, tookOf } from './statement.ts';

/**
 * Reads one after the other that do not need each other: each was asked for when the one before had answered, and knows no value that was not
 * known when the first began. Over one transaction they could not run at once.
 */
export const couldRunTogether: Rules = (looked) => {
  const found: Found[] = [];
  let chain: Statement[] = [];
  for (const statement of looked.statements) {
    if (chain.length > 0 && !continues(chain, statement, looked)) {
      found.push(...worthIt(chain, looked));
      chain = [];
    }
    if (statement.kind === 'read' && statement.counts && statement.query.transaction === null) chain.push(statement);
  }
  return [...found, ...worthIt(chain, looked)];
};

/** Time of the program itself between two of them, above which something else goes on. */
const PAUSE = 20;

function continues(chain: readonly Statement[], statement: Statement, { all }: Looked): boolean {
  const last = chain[chain.length - 1] as Statement;
  const pause = askedAt(statement) - endedAt(last);
  if (statement.query.asked === null || pause < 0 || pause > PAUSE) return false;
  if (all.some((other) => other !== last && askedAt(other) > askedAt(last) && askedAt(other) < askedAt(statement)))
    return false;
  return isKnownBefore(statement, chain[0] as Statement);
}

/** Whether each of its parameters was one of the first, so that no answer was needed for it. What it asks with is all that can be seen. */
function isKnownBefore({ query }: Statement, { query: first }: Statement): boolean {
  if (query.parameterHashes === null) return query.parametersHash === null && !/'|\b\d/.test(query.text);
  const known = new Set(first.parameterHashes?.flat() ?? []);
  return query.parameterHashes.every((hashes) => hashes.every((hash) => known.has(hash)));
}

function worthIt(whole: readonly Statement[], { settings, recording }: Looked): readonly Found[] {
  // Short ones gain nothing and take a connection each.
  const chain = whole.filter((statement) => tookOf(statement) >= settings.together.least);
  if (chain.length < 2) return [];
  const times = chain.map(tookOf);
  const sum = times.reduce((total, time) => total + time, 0);
  const saved = milliseconds(sum - Math.max(...times));
  if (saved < settings.together.saved || saved < recording.duration * settings.together.share) return [];
  const site = siteOf(chain);
  const finding = findingOf({
    rule: 'could-run-together',
    level: 'info',
    title: `${chain.length} reads one after the other could run together and save ${saved} ms${placeText(site)}`,
    detail: `They took ${milliseconds(sum)} ms, the longest ${milliseconds(Math.max(...times))} ms, and none has a parameter that the first did not have: ${chain
      .slice(0, 3)
      .map(({ shape }) => `“${short(shape)}”`)
      .join(', ')}.`,
    certainty: 'likely',
    evidence: chain.map((statement) =>
      evidenceOf([statement], statement.query.site, { milliseconds: milliseconds(tookOf(statement)), saved }),
    ),
    remedy: {
      text: '`await Promise.all([…])` over the pool, not over one client, where no answer decides whether the next is asked for; each takes a connection meanwhile.',
      sql: null,
    },
    about: fingerprint(chain.map(({ shape }) => shape).join(';')),
  });
  return [{ finding, claims: [] }];
}
