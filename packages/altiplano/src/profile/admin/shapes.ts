import type { Shape, ShapeList } from '../admin-api.ts';
import type { Profile } from '../profile.ts';

type Gathered = { -readonly [K in Exclude<keyof Shape, 'requests' | 'routes' | 'mean'>]: Shape[K] } & {
  readonly ids: Set<string>;
  readonly routes: Set<string>;
};

const MOST_SHAPES = 500;
const NOT_SHOWN: ReadonlySet<string> = new Set(['transaction', 'setting']);

/** Queries of one shape over all kept requests, the most time first. */
export function shapesOf(profiles: readonly Profile[]): ShapeList {
  const shapes = new Map<string, Gathered>();
  for (const { id, request, queries } of profiles) {
    for (const { fingerprint, text, kind, ordinal, database, rows } of queries) {
      if (NOT_SHOWN.has(kind)) continue;
      const shape = shapes.get(fingerprint) ?? open(fingerprint, text, { id, ordinal });
      shapes.set(fingerprint, shape);
      shape.calls += 1;
      shape.total += database;
      shape.rows += rows ?? 0;
      if (database > shape.worst) [shape.worst, shape.example] = [database, { id, ordinal }];
      shape.ids.add(id);
      if (request !== null) shape.routes.add(`${request.method} ${request.route}`);
    }
  }
  const all = [...shapes.values()].sort((one, other) => other.total - one.total).slice(0, MOST_SHAPES);
  return {
    shapes: all.map(({ ids, routes, ...shape }) => ({
      ...shape,
      requests: ids.size,
      mean: shape.total / shape.calls,
      routes: [...routes].sort(),
    })),
  };
}

function open(fingerprint: string, text: string, example: Shape['example']): Gathered {
  const figures = { calls: 0, total: 0, worst: 0, rows: 0 };
  return { fingerprint, text, example, ...figures, ids: new Set(), routes: new Set() };
}
