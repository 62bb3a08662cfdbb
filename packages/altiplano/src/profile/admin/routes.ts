import type { RequestLine, Route, RouteList, RouteMinute } from '../admin-api.ts';
import { Histogram } from './histogram.ts';

const MINUTE = 60_000;
const MINUTES = 60;
/** More than any API has; one that makes up paths stops here. */
const MOST_ROUTES = 300;

interface Minute {
  readonly durations: Histogram;
  statements: number;
  errors: number;
}

interface Figures {
  readonly method: string;
  readonly route: string;
  readonly app: string | null;
  readonly minutes: Map<number, Minute>;
}

type Counted = Pick<RequestLine, 'method' | 'route' | 'app' | 'at' | 'status' | 'total' | 'statements'>;

/** Figures of each route over the last hour, minute by minute, in bounded memory. */
export class RouteFigures {
  readonly #routes = new Map<string, Figures>();

  add(line: Counted): void {
    const key = `${line.method} ${line.app ?? ''} ${line.route}`;
    const route = this.#routes.get(key) ?? this.#open(key, line);
    if (route === null) return;
    const at = Math.floor(Date.parse(line.at) / MINUTE);
    const minute = route.minutes.get(at) ?? open(route.minutes, at);
    minute.durations.add(line.total);
    minute.statements += line.statements;
    if ((line.status ?? 0) >= 500) minute.errors += 1;
  }

  list(now: number = Date.now()): RouteList {
    const last = Math.floor(now / MINUTE);
    const routes = [...this.#routes.values()].map((figures) => describe(figures, last));
    return { routes: routes.filter(({ requests }) => requests > 0).sort((one, other) => other.p95 - one.p95) };
  }

  #open(key: string, { method, route, app }: Counted): Figures | null {
    if (this.#routes.size >= MOST_ROUTES) return null;
    const figures: Figures = { method, route, app, minutes: new Map() };
    this.#routes.set(key, figures);
    return figures;
  }
}

function open(minutes: Figures['minutes'], at: number): Minute {
  const minute = { durations: new Histogram(), statements: 0, errors: 0 };
  minutes.set(at, minute);
  for (const old of minutes.keys()) if (old <= at - MINUTES) minutes.delete(old);
  return minute;
}

function describe({ method, route, app, minutes }: Figures, last: number): Route {
  const known = [...minutes].filter(([at]) => at > last - MINUTES);
  const whole = new Histogram();
  for (const [, { durations }] of known) whole.merge(durations);
  const first = Math.min(last, ...known.map(([at]) => at));
  const sum = (of: (minute: Minute) => number) => known.reduce((total, [, minute]) => total + of(minute), 0);
  return {
    ...{ method, route, app },
    errors: sum(({ errors }) => errors),
    requests: whole.total,
    p50: whole.percentile(0.5),
    p95: whole.percentile(0.95),
    p99: whole.percentile(0.99),
    statements: whole.total === 0 ? 0 : sum(({ statements }) => statements) / whole.total,
    minutes: Array.from({ length: last - first + 1 }, (_, index) => describeMinute(first + index, minutes)),
  };
}

function describeMinute(at: number, minutes: Figures['minutes']): RouteMinute {
  const minute = minutes.get(at);
  const durations = minute?.durations ?? null;
  return {
    at: new Date(at * MINUTE).toISOString(),
    requests: durations?.total ?? 0,
    p50: durations?.percentile(0.5) ?? null,
    p95: durations?.percentile(0.95) ?? null,
    p99: durations?.percentile(0.99) ?? null,
    statements: minute === undefined ? null : minute.statements / minute.durations.total,
  };
}
