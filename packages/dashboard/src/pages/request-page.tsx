import type { JSX } from 'preact';
import type { Bottleneck, LayerTime, Profile } from '../api/types.ts';
import { useLive } from '../api/use-live.ts';
import { type Share, ShareBar } from '../chart/share-bar.tsx';
import { count, duration, print } from '../format/number.ts';
import { clock } from '../format/time.ts';
import { type Place, printPlace } from '../navigation/place.ts';
import { FindingCard } from '../parts/finding.tsx';
import { Status, Time } from '../parts/measure.tsx';
import { Empty } from '../parts/notes.tsx';
import { Loaded } from '../parts/state.tsx';
import { QueryDetail } from '../waterfall/query-detail.tsx';
import { Waterfall } from '../waterfall/waterfall.tsx';

interface RequestPageProps {
  readonly id: string;
  readonly place: Place;
}

export function RequestPage({ id, place }: RequestPageProps): JSX.Element {
  const live = useLive<Profile>(`requests/${encodeURIComponent(id)}`, null);
  return (
    <main class="page" tabIndex={-1}>
      <p class="back">
        <a href={printPlace({ filter: place.filter })}>All requests</a>
      </p>
      <Loaded live={live}>{(profile) => <Request profile={profile} ordinal={place.ordinal} key={id} />}</Loaded>
    </main>
  );
}

function Request({ profile, ordinal }: { readonly profile: Profile; readonly ordinal: number | null }): JSX.Element {
  const { id, findings, queries, dropped } = profile;
  const query = queries.find((each) => each.ordinal === ordinal);
  return (
    <>
      <Heading profile={profile} />
      <div class="where">
        <BottleneckBar bottleneck={profile.bottleneck} />
        <Layers layers={profile.layers} total={profile.total} />
      </div>
      {findings.length > 0 && (
        <section aria-label="Findings" class="findings">
          {findings.map((finding) => (
            <FindingCard key={finding.key} finding={finding} />
          ))}
        </section>
      )}
      {queries.length === 0 ? (
        <Empty title="No queries to show">
          {profile.statements === 0
            ? 'This request asked the database nothing.'
            : `${count(profile.statements)} were counted; their times are noted from the level "timings" on.`}
        </Empty>
      ) : (
        <Waterfall profile={profile} ordinal={ordinal} />
      )}
      {dropped > 0 && <p class="note">{count(dropped)} more queries were counted and not kept.</p>}
      {query !== undefined && <QueryDetail id={id} query={query} />}
    </>
  );
}

function Heading({ profile }: { readonly profile: Profile }): JSX.Element {
  const { id, at, kind, level, request, total, statements, rows, own, app, tenant, user } = profile;
  return (
    <header class="heading">
      <h1>
        {request === null ? kind : <Status status={request.status} />}
        {request !== null && (
          <span>
            {request.method} {request.path}
          </span>
        )}
      </h1>
      <p class="facts">
        <b>{print(duration(total))}</b>
        <span>
          {count(statements)} {statements === 1 ? 'query' : 'queries'}, {count(rows)} rows
        </span>
        <span>at {clock(at)}</span>
        {app !== null && <span>{app}</span>}
        {tenant !== null && <span>tenant {tenant}</span>}
        {user !== null && <span>user {user}</span>}
        {request !== null && request.framework !== 'altiplano' && <span>{request.framework}</span>}
        <span class="quiet">
          noted at “{level}”, which took {print(duration(own))} of it
        </span>
        <span class="quiet id">{id}</span>
      </p>
    </header>
  );
}

const SAID: Readonly<Record<Bottleneck['type'], string>> = {
  io: 'Most of the time it waits for the database',
  cpu: 'Most of the time it computes',
  pool: 'Most of the time it waits for a connection',
  shared: 'Most of the time it waits for other requests in the same process',
  mixed: 'No one thing takes most of the time',
};

function BottleneckBar({ bottleneck }: { readonly bottleneck: Bottleneck }): JSX.Element {
  const { type, layer, shares } = bottleneck;
  const parts: readonly Share[] = [
    { name: 'database', tone: 'database', share: shares.io },
    { name: 'connection', tone: 'pool', share: shares.pool },
    { name: 'computing', tone: 'cpu', share: shares.cpu },
    { name: 'others', tone: 'shared', share: shares.shared },
    { name: 'unexplained', tone: 'unexplained', share: shares.unexplained },
  ];
  return (
    <section class="bottleneck" aria-label="Bottleneck">
      <h2>
        {SAID[type]}
        {layer !== null && <span class="quiet">, in {layer}</span>}
      </h2>
      <ShareBar label="Shares of the time" shares={parts} />
    </section>
  );
}

function Layers({
  layers,
  total,
}: {
  readonly layers: readonly LayerTime[];
  readonly total: number;
}): JSX.Element | null {
  if (layers.length === 0) return null;
  return (
    <div class="scrolls">
      <table class="layers">
        <caption class="said">Time by layer</caption>
        <thead>
          <tr>
            <th scope="col">layer</th>
            <th scope="col" class="numeric">
              own
            </th>
            <th scope="col" class="numeric">
              database
            </th>
            <th scope="col" class="numeric">
              queries
            </th>
            <th scope="col" class="numeric">
              total
            </th>
            <th scope="col" class="said">
              share
            </th>
          </tr>
        </thead>
        <tbody>
          {layers.map((layer) => (
            <LayerRow key={layer.name} layer={layer} total={total} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function LayerRow({ layer, total }: { readonly layer: LayerTime; readonly total: number }): JSX.Element {
  const share = (time: number) => `${total > 0 ? Math.min(100, (time / total) * 100) : 0}%`;
  const inDatabase = Math.min(layer.database, layer.own);
  return (
    <tr>
      <th scope="row">{layer.name}</th>
      <td class="numeric">
        <Time ms={layer.own} />
      </td>
      <td class="numeric">
        <Time ms={layer.database} />
      </td>
      <td class="numeric">{count(layer.statements)}</td>
      <td class="numeric">
        <Time ms={layer.total} />
      </td>
      <td class="layer-track" aria-hidden="true">
        <span>
          <i class="tone-database" style={{ width: share(inDatabase) }} />
          <i class="tone-cpu" style={{ width: share(layer.own - inDatabase) }} />
        </span>
      </td>
    </tr>
  );
}
