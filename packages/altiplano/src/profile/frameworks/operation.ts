import { pathOfUrl } from './route-of-path.ts';

/** Names are made up by clients: so many of a route are told apart, and any more are the route alone. */
const MOST_NAMES = 100;
/** A name as GraphQL has them (spec, 2.1.9), no longer than a table of routes is wide. */
const NAME = /^[_A-Za-z]\w{0,59}$/;
/** The first operation of a document; what is before it are comments and fragments. */
const FIRST = /^(?:\s|#[^\n]*\n|,)*(?:query|mutation|subscription)\s+([_A-Za-z]\w{0,59})/;

const known = new Map<string, Set<string>>();

/**
 * `/graphql ProductList`: requests of one route that ask for different things are told apart by the operation's name. The body is looked at only where
 * the program has parsed it already.
 */
export function routeWithOperation(route: string, url: string, body: unknown): string {
  const name = operationOf(url, body);
  return name === null || !isKnown(route, name) ? route : `${route} ${name}`;
}

function operationOf(url: string, body: unknown): string | null {
  if (typeof body === 'object' && body !== null) return nameOf(body as Asked);
  const path = pathOfUrl(url);
  if (url.length === path.length || !/[?&](?:query|extensions)=/.test(url)) return null;
  const asked = new URLSearchParams(url.slice(url.indexOf('?')));
  // A query that is asked for by its hash alone has no text.
  return nameOf({ query: asked.get('query') ?? '{}', operationName: asked.get('operationName') });
}

interface Asked {
  readonly query?: unknown;
  readonly operationName?: unknown;
  readonly extensions?: unknown;
}

/** Null where it is no operation: a search may be called `query` too. */
function nameOf({ query, operationName, extensions }: Asked): string | null {
  const isOne = typeof query === 'string' ? query.includes('{') : typeof extensions === 'object' && extensions !== null;
  if (!isOne) return null;
  if (typeof operationName === 'string') return NAME.test(operationName) ? operationName : null;
  return typeof query === 'string' ? (FIRST.exec(query.slice(0, 1_000))?.[1] ?? null) : null;
}

function isKnown(route: string, name: string): boolean {
  const names = known.get(route) ?? new Set();
  if (names.has(name)) return true;
  if (names.size >= MOST_NAMES || known.size >= MOST_NAMES) return false;
  known.set(route, names.add(name));
  return true;
}
