import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

/** One request of a file, so many times. */
export interface PlannedRequest {
  readonly line: number;
  /** As it stands in the file: what `${NAME}` is may be a secret, and is told to nobody. */
  readonly written: string;
  readonly times: number;
  readonly method: string;
  /** With its query string; without an origin. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
}

export type ReadRequests =
  | { readonly requests: readonly PlannedRequest[] }
  | { readonly problem: string; readonly line: number };

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS'];
const REQUEST = /^(?:(\d{1,4})x\s+)?([A-Z]+)\s+(\S+)(?:\s+(\S.*))?$/;
const HEADER = /^([A-Za-z][A-Za-z0-9-]*):\s*(.*)$/;

/**
 * A line each: `[5x] METHOD URL [body | @file]`, `# comment`, or `Name: value`, a header of the lines below it until it is given again (empty:
 * none). `${NAME}` is the environment's, so no token need stand in the file.
 * @param origin the only one asked; a URL of another is refused, since requests may write
 */
export function readRequestFile(file: string, origin: string, environment: NodeJS.ProcessEnv): ReadRequests {
  return readRequests(readFileSync(file, 'utf8'), {
    origin,
    environment,
    bodyOf: (name) => readFileSync(resolve(dirname(file), name), 'utf8'),
  });
}

interface Surroundings {
  readonly origin: string;
  readonly environment: NodeJS.ProcessEnv;
  readonly bodyOf: (file: string) => string;
}

class Problem extends Error {}

export function readRequests(text: string, surroundings: Surroundings): ReadRequests {
  const requests: PlannedRequest[] = [];
  let headers: Readonly<Record<string, string>> = {};
  for (const [index, raw] of text.split(/\r?\n/).entries()) {
    const line = index + 1;
    if (raw.trim() === '' || raw.trimStart().startsWith('#')) continue;
    try {
      const filled = fill(raw.trim(), surroundings.environment);
      const header = HEADER.exec(filled);
      if (header === null) requests.push({ line, written: raw.trim(), headers, ...readRequest(filled, surroundings) });
      else headers = withHeader(headers, header[1] ?? '', header[2] ?? '');
    } catch (error) {
      if (error instanceof Problem) return { problem: error.message, line };
      throw error;
    }
  }
  return { requests };
}

function fill(text: string, environment: NodeJS.ProcessEnv): string {
  return text.replace(/\$\{(\w+)\}/g, (_all, name: string) => {
    const value = environment[name];
    if (value === undefined) throw new Problem(`The environment has no ${name}.`);
    return value;
  });
}

function withHeader(headers: Readonly<Record<string, string>>, name: string, value: string) {
  const { [name.toLowerCase()]: _before, ...others } = headers;
  return value === '' ? others : { ...others, [name.toLowerCase()]: value };
}

function readRequest(text: string, { origin, bodyOf }: Surroundings) {
  const [, times = '1', method = '', address = '', body = null] = REQUEST.exec(text) ?? [];
  if (!METHODS.includes(method)) throw new Problem(`Neither 'METHOD URL [body]' nor 'Name: value'.`);
  if (Number(times) === 0) throw new Problem('0x asks nothing: leave the line out.');
  if (!URL.canParse(address, origin)) throw new Problem('What stands where the URL should is none.');
  const url = new URL(address, origin);
  if (url.origin !== new URL(origin).origin) throw new Problem(`Its origin is not ${origin}, the program's own.`);
  return {
    times: Number(times),
    method,
    path: url.pathname + url.search,
    body: body?.startsWith('@') ? bodyOf(body.slice(1)) : body,
  };
}
