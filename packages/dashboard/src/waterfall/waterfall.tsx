import type { JSX } from 'preact';
import { useMemo, useState } from 'preact/hooks';
import type { Profile } from '../api/types.ts';
import { ticks } from '../chart/scale.ts';
import { duration, print } from '../format/number.ts';
import type { Column } from '../list/column.ts';
import { Grid } from '../list/grid.tsx';
import { printPlace } from '../navigation/place.ts';
import { Time } from '../parts/measure.tsx';
import { Verdicts } from '../parts/verdicts.tsx';
import { layoutLayers, layoutQueries, type WaterfallRow } from './layout.ts';

/** From so many queries on, one row a shape is the first view: a loop of 300 is one thing to see, not 300. */
const MANY = 40;
const ROW = 26;
const LANE = 20;

interface WaterfallProps {
  readonly profile: Profile;
  /** Of the query that is open. */
  readonly ordinal: number | null;
}

export function Waterfall({ profile, ordinal }: WaterfallProps): JSX.Element {
  const { id, queries, total } = profile;
  const [byShape, setByShape] = useState(queries.length > MANY);
  const rows = useMemo(() => layoutQueries(queries, total, byShape), [queries, total, byShape]);
  const open = rows.find(({ query }) => query.ordinal === ordinal);
  return (
    <section class="waterfall" aria-label="Waterfall">
      <div class="section-head">
        <h2>Waterfall</h2>
        <Legend />
        <fieldset class="choice">
          <legend class="said">Rows</legend>
          <Choice name="each query" on={!byShape} choose={() => setByShape(false)} />
          <Choice name="each shape" on={byShape} choose={() => setByShape(true)} />
        </fieldset>
      </div>
      <Grid
        label={byShape ? 'Queries of this request by shape' : 'Queries of this request'}
        name="queries"
        rows={rows}
        columns={byShape ? SHAPE_COLUMNS : COLUMNS}
        rowHeight={ROW}
        keyOf={keyOf}
        hrefOf={({ query }) => printPlace({ id, ordinal: query.ordinal })}
        selected={open === undefined ? null : keyOf(open)}
        below={<Lanes profile={profile} />}
      />
    </section>
  );
}

const keyOf = ({ query }: WaterfallRow): string => String(query.ordinal);

function Choice({ name, on, choose }: { readonly name: string; readonly on: boolean; choose(): void }): JSX.Element {
  return (
    <label>
      <input type="radio" name="rows" checked={on} onChange={choose} />
      {name}
    </label>
  );
}

const PHASES = [
  ['pool', 'waiting for a connection'],
  ['database', 'database'],
  ['decode', 'reading rows'],
] as const;

const Legend = (): JSX.Element => (
  <ul class="legends">
    {PHASES.map(([phase, title]) => (
      <li key={phase}>
        <i class={`swatch tone-${phase}`} />
        {title}
      </li>
    ))}
  </ul>
);

/** The axis, and the layers below it. */
function Lanes({ profile }: { readonly profile: Profile }): JSX.Element {
  const { layers, total } = profile;
  const bars = layoutLayers(layers, total);
  const lanes = Math.max(0, ...bars.map(({ lane }) => lane + 1));
  return (
    <div class="lanes" role="presentation">
      <div class="lanes-track">
        <div class="axis">
          {ticks(total, 5).map((time) =>
            time <= total * 0.97 ? (
              <span key={time} style={{ left: `${(time / total) * 100}%` }}>
                {print(duration(time)).replace(/\.0+ /, ' ').replace('0 µs', '0')}
              </span>
            ) : null,
          )}
        </div>
        <div class="layer-bars" style={{ height: `${lanes * LANE}px` }}>
          {bars.map(({ name, lane, left, width, interval: { from, to } }) => (
            <span
              key={`${name} ${from}`}
              class="layer-bar"
              style={{ left: `${left}%`, width: `${width}%`, top: `${lane * LANE}px` }}
              title={`${name}: ${print(duration(to - from))}`}
            >
              {name}
            </span>
          ))}
        </div>
      </div>
    </div>
  );
}

const what: Column<WaterfallRow> = {
  title: 'query',
  name: 'what',
  cell: ({ query: { label, text }, verdicts }) => (
    <>
      <Verdicts rules={verdicts} most={1} />
      {label === null ? <code>{text.slice(0, 120)}</code> : <span>{label}</span>}
    </>
  ),
};
const bars: Column<WaterfallRow> = {
  title: 'when',
  name: 'bars',
  cell: ({ bars: drawn }) => (
    <span class="track">
      {drawn.map(({ phase, left, width }, index) => (
        <i key={index} class={`tone-${phase}`} style={{ left: `${left}%`, width: `${width}%` }} />
      ))}
    </span>
  ),
};
const spent: Column<WaterfallRow> = {
  title: 'time',
  name: 'spent',
  numeric: true,
  cell: ({ spent: ms }) => <Time ms={ms} />,
};
const rows: Column<WaterfallRow> = { title: 'rows', name: 'rows', numeric: true, cell: (row) => row.rows ?? '–' };
const COLUMNS: readonly Column<WaterfallRow>[] = [
  { title: '#', name: 'ordinal', numeric: true, cell: ({ query }) => query.ordinal + 1 },
  what,
  bars,
  spent,
  rows,
];
const SHAPE_COLUMNS: readonly Column<WaterfallRow>[] = [
  { title: 'times', name: 'ordinal', numeric: true, cell: ({ calls }) => `${calls} ×` },
  what,
  bars,
  spent,
  rows,
];
