/** Ids, as far as they look like some: numbers, uuids, hashes and other long words with a digit in them. */
const ID = /^(?:\d+|[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}|[0-9a-f]{16,}|(?=[^.]*\d)[\w-]{20,})$/i;

/** A path with its ids replaced: what requests have in common where no framework says. */
export function routeOfPath(path: string): string {
  return path
    .split('/')
    .map((part) => (ID.test(part) ? ':id' : part))
    .join('/');
}

/** Without the query string, and without the host of a request to a proxy. */
export function pathOfUrl(url: string): string {
  const end = url.search(/[?#]/);
  const path = end === -1 ? url : url.slice(0, end);
  return path.startsWith('/') ? path : path.replace(/^[a-z]+:\/\/[^/]*/i, '') || '/';
}
