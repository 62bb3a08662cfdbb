import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import type { RequestLine } from '../api/types.ts';
import { quantile } from '../chart/scale.ts';
import { Sparkline } from '../chart/sparkline.tsx';
import { count, duration, print } from '../format/number.ts';
import { clock } from '../format/time.ts';
import type { Column } from '../list/column.ts';
import { Grid } from '../list/grid.tsx';
import { printPlace } from '../navigation/place.ts';
import { Status, Time } from '../parts/measure.tsx';
import { Empty, Loading, TroubleNote } from '../parts/notes.tsx';
import { Verdicts } from '../parts/verdicts.tsx';
import { type Feed, pauseFeed } from '../requests/feed.ts';
import { type Filter, isEmpty, select } from '../requests/filter.ts';
import { FilterBar } from './filter-bar.tsx';

const ROW = 30;

interface RequestsPageProps {
  readonly feed: Feed;
  readonly filter: Filter;
}

export function RequestsPage({ feed, filter }: RequestsPageProps): JSX.Element {
  const { lines, trouble, answered } = feed;
  const shown = useMemo(() => select(lines, filter), [lines, filter]);
  return (
    <main class="page tall" tabIndex={-1}>
      <h1 class="said">Requests</h1>
      <TroubleNote trouble={trouble} />
      <Summary shown={shown} feed={feed} />
      <FilterBar feed={feed} filter={filter} found={shown.length} />
      {lines.length === 0 ? (
        answered ? (
          <Empty title="No requests yet">
            Make one: <code>curl</code> the line that <code>npm start</code> printed. It appears here within a second.
          </Empty>
        ) : (
          trouble === null && <Loading />
        )
      ) : shown.length === 0 ? (
        <Empty title="None of them">
          {count(lines.length)} requests are here, and none is as asked for. <a href="#/requests">Show all</a>
        </Empty>
      ) : (
        <Grid
          label="Requests, newest first"
          name="requests"
          rows={shown}
          columns={COLUMNS}
          rowHeight={ROW}
          keyOf={keyOf}
          hrefOf={hrefOf(filter)}
        />
      )}
    </main>
  );
}

const keyOf = ({ sequence }: RequestLine): string => String(sequence);

/** One that was not kept has nothing more to say. */
const hrefOf =
  (filter: Filter) =>
  ({ id, kept }: RequestLine): string | null =>
    kept ? printPlace(isEmpty(filter) ? { id } : { id, filter }) : null;

function Summary({ shown, feed }: { readonly shown: readonly RequestLine[]; readonly feed: Feed }): JSX.Element {
  const times = useMemo(() => shown.map(({ total }) => total).sort((a, b) => a - b), [shown]);
  const failed = shown.filter(({ status }) => status === null || status >= 500).length;
  const at = (share: number) => {
    const value = quantile(times, share);
    return value === null ? '–' : print(duration(value));
  };
  return (
    <div class="summary">
      <Sparkline lines={shown} />
      <dl>
        <Fact name="half within" value={at(0.5)} />
        <Fact name="95 of 100" value={at(0.95)} />
        <Fact name="99 of 100" value={at(0.99)} />
        <Fact name="failed" value={count(failed)} />
      </dl>
      <button type="button" class="follow" aria-pressed={!feed.paused} onClick={() => pauseFeed()}>
        <i class={`dot ${feed.trouble !== null ? 'lost' : feed.paused ? 'still' : 'live'}`} />
        {feed.paused ? 'Paused' : feed.trouble !== null ? 'Waiting' : 'Live'}
      </button>
    </div>
  );
}

const Fact = ({ name, value }: { readonly name: string; readonly value: string }): JSX.Element => (
  <div>
    <dt>{name}</dt>
    <dd>{value}</dd>
  </div>
);

/** Shares of a second, on a line as long as the slowest one worth comparing. */
const LONG_MS = 1000;

const COLUMNS: readonly Column<RequestLine>[] = [
  { title: 'at', name: 'at', cell: ({ at }) => <time dateTime={at}>{clock(at)}</time> },
  { title: 'status', name: 'status', cell: ({ status }) => <Status status={status} /> },
  { title: 'method', name: 'method', cell: ({ method }) => method },
  { title: 'path', name: 'path', cell: (line) => <Path {...line} /> },
  { title: 'findings', name: 'verdicts', cell: ({ verdicts }) => <Verdicts rules={verdicts} /> },
  { title: 'queries', name: 'statements', numeric: true, cell: ({ statements }) => count(statements) },
  { title: 'database', name: 'database', numeric: true, cell: ({ database }) => <Time ms={database} /> },
  { title: 'total', name: 'total', numeric: true, cell: ({ total }) => <Time ms={total} /> },
  { title: '', name: 'meter', cell: (line) => <Meter {...line} /> },
];

const Path = ({ id, path, kept }: RequestLine): JSX.Element =>
  kept ? (
    <a href={printPlace({ id })} tabIndex={-1} title={path}>
      {path}
    </a>
  ) : (
    <span title={`${path}: counted, not kept`}>{path}</span>
  );

/** How much of it the database was; the length grows by tens, as times do. */
function Meter({ total, database }: RequestLine): JSX.Element {
  const length = Math.min(1, Math.max(0.02, Math.log10(1 + total) / Math.log10(1 + LONG_MS)));
  const share = total > 0 ? Math.min(1, database / total) : 0;
  return (
    <span class="meter" style={{ width: `${length * 100}%` }} aria-hidden="true">
      <i style={{ width: `${share * 100}%` }} />
    </span>
  );
}
