import type { FastifyInstance } from 'fastify';
import { Failure } from '../errors/failure.ts';
import { suggest } from '../request/suggest.ts';
import { splitTarget } from './address.ts';
import { Refusal } from './refusal.ts';

export interface KnownPaths {
  /** Why no route answers, and what would be right: another method, a slash at the end, a path spelled like it. */
  explain(method: string, target: string): Failure | Refusal;
  /** Whether a path that has a route of its own was taken for a parameter, as `bulk/` by `:id/`: its method is wrong. */
  isMistaken(route: string | undefined, target: string): boolean;
}

interface Known {
  readonly matches: RegExp;
  readonly methods: Set<string>;
}

/** Watches the routes of a server as they are added. */
export function watchPaths(fastify: FastifyInstance): KnownPaths {
  const paths = new Map<string, Known>();
  fastify.addHook('onRoute', ({ url, method }) => {
    const known = paths.get(url) ?? { matches: toPattern(url), methods: new Set() };
    for (const each of [method].flat()) known.methods.add(each);
    paths.set(url, known);
  });
  const methodsOf = (path: string) =>
    (paths.get(path) ?? [...paths.values()].find(({ matches }) => matches.test(path)))?.methods;
  return {
    isMistaken(route, target) {
      const [path] = splitTarget(target);
      return route !== path && paths.has(path);
    },
    explain(method, target) {
      const [path] = splitTarget(target);
      const methods = methodsOf(path);
      if (methods !== undefined) {
        const allowed = [...methods].join(', ');
        return new Refusal(new Failure('REQ_METHOD', { values: { method, allowed } }), { headers: { allow: allowed } });
      }
      const suggestion =
        methodsOf(`${path}/`) === undefined
          ? suggestPath(path, [...paths.keys()])
          : `Paths here end in a slash: ${path.slice(0, 200)}/`;
      return new Failure('REQ_PATH_UNKNOWN', { values: { suggestion } });
    },
  };
}

/** `/a/:id/` and `/docs/*` as what they match. */
function toPattern(url: string): RegExp {
  const text = url
    .replace(/[.+?^${}()|[\]\\]/g, '\\$&')
    .replace(/:\w+/g, '[^/]+')
    .replace(/\*/g, '.*');
  return new RegExp(`^${text}$`);
}

function suggestPath(path: string, known: readonly string[]): string {
  return suggest(
    path,
    known.filter((url) => !url.includes('*')),
  );
}
