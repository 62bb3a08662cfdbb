import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import type { Route, RouteList } from '../api/types.ts';
import { useLive } from '../api/use-live.ts';
import { LineChart } from '../chart/line-chart.tsx';
import { linear, linePath } from '../chart/scale.ts';
import { count, duration, figure, percent, print } from '../format/number.ts';
import { minute } from '../format/time.ts';
import type { Column } from '../list/column.ts';
import { Grid } from '../list/grid.tsx';
import { printPlace } from '../navigation/place.ts';
import { Time } from '../parts/measure.tsx';
import { Empty } from '../parts/notes.tsx';
import { Loaded } from '../parts/state.tsx';
import { NO_FILTER, routeOf } from '../requests/filter.ts';

const EVERY_MS = 5000;
const ROW = 34;

export function RoutesPage({ id }: { readonly id: string | null }): JSX.Element {
  const live = useLive<RouteList>('routes', EVERY_MS);
  return (
    <main class="page tall" tabIndex={-1}>
      <h1 class="said">Routes</h1>
      <Loaded live={live}>{({ routes }) => <Routes routes={routes} id={id} />}</Loaded>
    </main>
  );
}

/** Two apps may have the same route. */
const keyOf = (route: Route): string => (route.app === null ? routeOf(route) : `${routeOf(route)} ${route.app}`);

function Routes({ routes, id }: { readonly routes: readonly Route[]; readonly id: string | null }): JSX.Element {
  const sorted = useMemo(() => [...routes].sort((a, b) => b.p95 - a.p95), [routes]);
  const open = sorted.find((route) => keyOf(route) === id) ?? sorted[0];
  if (open === undefined) return <Empty title="No routes yet">Each route appears here with its first request.</Empty>;
  return (
    <>
      <Charts route={open} />
      <Grid
        label="Routes, slowest first"
        name="routes"
        rows={sorted}
        columns={COLUMNS}
        rowHeight={ROW}
        keyOf={keyOf}
        hrefOf={(route) => printPlace({ view: 'routes', id: keyOf(route) })}
        selected={keyOf(open)}
      />
    </>
  );
}

function Charts({ route }: { readonly route: Route }): JSX.Element {
  const { minutes, requests } = route;
  const ends = [minutes[0], minutes[Math.floor(minutes.length / 2)], minutes.at(-1)];
  // Of a server just started they are one minute.
  const labels = [...new Set(ends.flatMap((each) => (each === undefined ? [] : [minute(each.at)])))];
  const printTime = (ms: number) => (ms === 0 ? '0' : print(duration(ms)).replace(/\.0+ /, ' '));
  return (
    <section class="open" aria-label={routeOf(route)}>
      <div class="section-head">
        <h2>{routeOf(route)}</h2>
        {route.app !== null && <span class="quiet">{route.app}</span>}
        <a href={printPlace({ filter: { ...NO_FILTER, route: routeOf(route) } })}>
          Its {count(requests)} {requests === 1 ? 'request' : 'requests'}
        </a>
      </div>
      <div class="charts">
        <LineChart
          title="Time"
          labels={labels}
          print={printTime}
          series={[
            { name: 'p50', tone: 'first', values: minutes.map(({ p50 }) => p50) },
            { name: 'p95', tone: 'second', values: minutes.map(({ p95 }) => p95) },
            { name: 'p99', tone: 'third', values: minutes.map(({ p99 }) => p99) },
          ]}
        />
        <LineChart
          title="Queries a request"
          labels={labels}
          print={(value) => (value === 0 ? '0' : figure(value))}
          series={[{ name: 'mean', tone: 'first', values: minutes.map(({ statements }) => statements) }]}
        />
      </div>
    </section>
  );
}

/** Its p95, minute by minute, each route on a scale of its own. */
function Course({ minutes }: Route): JSX.Element {
  const most = Math.max(0.001, ...minutes.map(({ p95 }) => p95 ?? 0));
  const x = linear([0, Math.max(1, minutes.length - 1)], [1, 119]);
  const y = linear([0, most], [21, 2]);
  return (
    <svg class="course" viewBox="0 0 120 22" preserveAspectRatio="none" aria-hidden="true">
      <path
        d={linePath(
          minutes.map(({ p95 }) => p95),
          x,
          y,
        )}
      />
    </svg>
  );
}

const COLUMNS: readonly Column<Route>[] = [
  { title: 'route', name: 'route', cell: (route) => <span title={routeOf(route)}>{routeOf(route)}</span> },
  { title: 'requests', name: 'requests', numeric: true, cell: ({ requests }) => count(requests) },
  {
    title: 'failed',
    name: 'errors',
    numeric: true,
    cell: ({ errors, requests }) =>
      errors === 0 ? <span class="quiet">0</span> : <b class="bad-text">{percent(errors / Math.max(1, requests))}</b>,
  },
  { title: 'queries', name: 'statements', numeric: true, cell: ({ statements }) => figure(statements) },
  { title: 'p95 by minute', name: 'course', cell: (route) => <Course {...route} /> },
  { title: 'p50', name: 'p50', numeric: true, cell: ({ p50 }) => <Time ms={p50} /> },
  { title: 'p95', name: 'p95', numeric: true, cell: ({ p95 }) => <Time ms={p95} /> },
  { title: 'p99', name: 'p99', numeric: true, cell: ({ p99 }) => <Time ms={p99} /> },
];
