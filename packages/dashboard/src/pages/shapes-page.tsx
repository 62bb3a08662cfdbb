import type { JSX } from 'preact';
import { useMemo, useState } from 'preact/hooks';
import type { Shape, ShapeList } from '../api/types.ts';
import { useLive } from '../api/use-live.ts';
import { count } from '../format/number.ts';
import type { Column } from '../list/column.ts';
import { Grid } from '../list/grid.tsx';
import { printPlace } from '../navigation/place.ts';
import { Time } from '../parts/measure.tsx';
import { Empty } from '../parts/notes.tsx';
import { Sql, SqlBlock } from '../parts/sql.tsx';
import { Loaded } from '../parts/state.tsx';

const EVERY_MS = 5000;
const ROW = 30;

const ORDERS = {
  total: (shape: Shape) => shape.total,
  calls: (shape: Shape) => shape.calls,
  mean: (shape: Shape) => shape.mean,
  worst: (shape: Shape) => shape.worst,
} as const;
type Order = keyof typeof ORDERS;

export function ShapesPage({ id }: { readonly id: string | null }): JSX.Element {
  const live = useLive<ShapeList>('shapes', EVERY_MS);
  const [order, setOrder] = useState<Order>('total');
  return (
    <main class="page tall" tabIndex={-1}>
      <h1 class="said">Queries by shape</h1>
      <Loaded live={live}>
        {({ shapes }) => <Shapes shapes={shapes} id={id} order={order} setOrder={setOrder} />}
      </Loaded>
    </main>
  );
}

interface ShapesProps {
  readonly shapes: readonly Shape[];
  readonly id: string | null;
  readonly order: Order;
  setOrder(order: Order): void;
}

function Shapes({ shapes, id, order, setOrder }: ShapesProps): JSX.Element {
  const sorted = useMemo(() => [...shapes].sort((a, b) => ORDERS[order](b) - ORDERS[order](a)), [shapes, order]);
  const open = shapes.find(({ fingerprint }) => fingerprint === id);
  if (shapes.length === 0) {
    return (
      <Empty title="No queries yet">Queries that differ in their values alone are one shape; each appears here.</Empty>
    );
  }
  return (
    <>
      <div class="section-head">
        <span class="quiet">{count(shapes.length)} shapes of all requests that are kept</span>
        <label class="order">
          Most{' '}
          <select value={order} onChange={({ currentTarget }) => setOrder(currentTarget.value as Order)}>
            <option value="total">time in all</option>
            <option value="calls">calls</option>
            <option value="mean">time a call</option>
            <option value="worst">time of one call</option>
          </select>
        </label>
      </div>
      {open !== undefined && <OpenShape shape={open} />}
      <Grid
        label="Queries by shape"
        name="shapes"
        rows={sorted}
        columns={COLUMNS}
        rowHeight={ROW}
        keyOf={({ fingerprint }) => fingerprint}
        hrefOf={({ fingerprint }) => printPlace({ view: 'shapes', id: fingerprint })}
        selected={id}
      />
    </>
  );
}

function OpenShape({ shape }: { readonly shape: Shape }): JSX.Element {
  const { text, example, routes, requests } = shape;
  return (
    <section class="open" aria-label="Shape">
      <SqlBlock text={text} what="the query" />
      <p class="facts">
        <span>
          in {count(requests)} {requests === 1 ? 'request' : 'requests'} of {routes.join(', ')}
        </span>
        <a href={printPlace({ id: example.id, ordinal: example.ordinal })}>Show one of them</a>
        <a class="close" href="#/shapes">
          Close
        </a>
      </p>
    </section>
  );
}

/** The first, and how many more: statements of one kind begin alike. */
const Routes = ({ routes }: { readonly routes: readonly string[] }): JSX.Element => (
  <span title={routes.join('\n')}>
    {routes[0]}
    {routes.length > 1 && ` +${routes.length - 1}`}
  </span>
);

const COLUMNS: readonly Column<Shape>[] = [
  { title: 'query', name: 'text', cell: ({ text }) => <Sql text={text.slice(0, 300)} /> },
  { title: 'route', name: 'route', cell: ({ routes }) => <Routes routes={routes} /> },
  { title: 'calls', name: 'calls', numeric: true, cell: ({ calls }) => count(calls) },
  {
    title: 'a request',
    name: 'each',
    numeric: true,
    cell: ({ calls, requests }) => (requests > 0 ? (calls / requests).toFixed(1) : '–'),
  },
  { title: 'rows', name: 'rows', numeric: true, cell: ({ rows }) => count(rows) },
  { title: 'mean', name: 'mean', numeric: true, cell: ({ mean }) => <Time ms={mean} /> },
  { title: 'worst', name: 'worst', numeric: true, cell: ({ worst }) => <Time ms={worst} /> },
  { title: 'in all', name: 'total', numeric: true, cell: ({ total }) => <Time ms={total} /> },
];
