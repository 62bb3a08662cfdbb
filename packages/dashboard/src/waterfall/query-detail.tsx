import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { ask } from '../api/client.ts';
import { ApiTrouble, OFFLINE, type Trouble } from '../api/trouble.ts';
import type { ProfiledQuery } from '../api/types.ts';
import { ShareBar } from '../chart/share-bar.tsx';
import { duration, print } from '../format/number.ts';
import { printPlace } from '../navigation/place.ts';
import { TroubleNote } from '../parts/notes.tsx';
import { Site } from '../parts/site.tsx';
import { SqlBlock } from '../parts/sql.tsx';
import { Verdicts } from '../parts/verdicts.tsx';
import { PlanView } from '../plan/plan-view.tsx';
import { spentOf } from './layout.ts';

interface QueryDetailProps {
  readonly id: string;
  readonly query: ProfiledQuery;
}

export function QueryDetail({ id, query }: QueryDetailProps): JSX.Element {
  const { ordinal, text, kind, layer, label, site, rows, error, parameters, verdicts } = query;
  const section = useRef<HTMLElement>(null);
  // Below a long waterfall it would open unseen.
  useEffect(() => section.current?.scrollIntoView({ block: 'nearest' }), [ordinal]);
  return (
    <section class="query-detail" ref={section} aria-label={`Query ${ordinal + 1}`}>
      <div class="section-head">
        <h2>
          Query {ordinal + 1} {label !== null && <span class="quiet">{label}</span>}
        </h2>
        <Verdicts rules={verdicts} most={4} />
        <a class="close" href={printPlace({ id })} aria-label="Close this query">
          Close
        </a>
      </div>
      <Phases query={query} />
      <p class="facts">
        <span>
          {kind}, {rows === null ? 'rows not counted' : `${rows} ${rows === 1 ? 'row' : 'rows'}`}
        </span>
        {layer !== null && <span>in {layer}</span>}
        <Site site={site} />
        {error !== null && <span class="badge bad">failed: {error}</span>}
      </p>
      <SqlBlock text={text} what="the query" />
      {parameters !== null && parameters.length > 0 && (
        <ol class="parameters" aria-label="Parameters">
          {parameters.map((value, index) => (
            <li key={index}>
              <span class="sql-parameter">${index + 1}</span> <code>{value}</code>
            </li>
          ))}
        </ol>
      )}
      <QueryPlan id={id} query={query} key={ordinal} />
    </section>
  );
}

function Phases({ query }: { readonly query: ProfiledQuery }): JSX.Element {
  const whole = spentOf(query);
  const share = (time: number) => (whole > 0 ? time / whole : 0);
  const named = (name: string, time: number) => `${name} ${print(duration(time))}`;
  return (
    <ShareBar
      label="Time of this query"
      shares={[
        { name: named('waiting for a connection', query.pool), tone: 'pool', share: share(query.pool) },
        { name: named('database', query.database), tone: 'database', share: share(query.database) },
        { name: named('reading rows', query.decode), tone: 'decode', share: share(query.decode) },
      ]}
    />
  );
}

/** The plan that was recorded, or one made on request: that asks the database. */
function QueryPlan({ id, query }: QueryDetailProps): JSX.Element {
  const [asked, setAsked] = useState(false);
  const [plan, setPlan] = useState<unknown>(query.plan);
  const [trouble, setTrouble] = useState<Trouble | null>(null);
  useEffect(() => {
    if (!asked) return;
    const stopped = new AbortController();
    ask<{ readonly plan: unknown }>(`requests/${encodeURIComponent(id)}/queries/${query.ordinal}/plan`, stopped.signal)
      .then((answer) => setPlan(answer.plan))
      .catch((error: unknown) => {
        if (!stopped.signal.aborted) setTrouble(error instanceof ApiTrouble ? error.trouble : OFFLINE);
      })
      .finally(() => setAsked(false));
    return () => stopped.abort();
  }, [asked, id, query.ordinal]);
  if (plan !== null && plan !== undefined) return <PlanView value={plan} />;
  return (
    <div class="ask-plan">
      <button type="button" onClick={() => setAsked(true)} disabled={asked}>
        {asked ? 'Asking …' : 'Show its plan'}
      </button>
      <span class="quiet">EXPLAIN without running it</span>
      <TroubleNote trouble={trouble} />
    </div>
  );
}
