import { type Bundle, bundle } from './bundle.ts';

export interface PageAnswer {
  readonly status: 200 | 304;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/**
 * Everything is this server's own; nothing is run but the one script, and no text becomes markup: with trusted types a browser refuses innerHTML.
 * `data:` is the icon, which is empty.
 */
export const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  'img-src data:',
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join('; ');

/** Made once a process, when it is first asked for: a server nobody looks into pays nothing. */
let made: Promise<Bundle> | null = null;

/** The page and what it is made of, by the path below where it is mounted: ``, `dashboard.js`, `dashboard.css`; null for any other. */
export async function answerPage(path: string, known?: string): Promise<PageAnswer | null> {
  const type = TYPES.get(path);
  if (type === undefined) return null;
  made ??= bundle().catch((cause: unknown) => {
    made = null;
    throw cause;
  });
  const { page, script, style, version } = await made;
  const etag = `"${version.slice(0, 20)}"`;
  const headers = {
    'content-type': `${type}; charset=utf-8`,
    'content-security-policy': POLICY,
    // Asked for again each time, and sent again only after an update.
    'cache-control': 'no-cache',
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    etag,
  };
  if (known === etag) return { status: 304, headers, body: '' };
  return { status: 200, headers, body: { 'text/html': page, 'text/javascript': script, 'text/css': style }[type] };
}

const TYPES = new Map([
  ['', 'text/html'],
  ['dashboard.js', 'text/javascript'],
  ['dashboard.css', 'text/css'],
] as const satisfies readonly (readonly [string, string])[]) as ReadonlyMap<
  string,
  'text/html' | 'text/javascript' | 'text/css'
>;
