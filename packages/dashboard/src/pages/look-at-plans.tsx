import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { ask } from '../api/client.ts';
import { ApiTrouble, OFFLINE, type Trouble } from '../api/trouble.ts';
import type { PlansLookedAt, RecommendationList } from '../api/types.ts';
import { count } from '../format/number.ts';
import { TroubleNote } from '../parts/notes.tsx';

interface LookAtPlansProps {
  readonly plans: PlansLookedAt | null;
  readonly onLooked: () => void;
}

/** Has the next few plans looked at, which asks the database; nothing where plans are not to be had. */
export function LookAtPlans({ plans, onLooked }: LookAtPlansProps): JSX.Element | null {
  const [asked, setAsked] = useState(false);
  const [trouble, setTrouble] = useState<Trouble | null>(null);
  useEffect(() => {
    if (!asked) return;
    const stopped = new AbortController();
    ask<RecommendationList>('recommendations?plans=true', stopped.signal)
      .then(() => {
        setTrouble(null);
        onLooked();
      })
      .catch((error: unknown) => {
        if (!stopped.signal.aborted) setTrouble(error instanceof ApiTrouble ? error.trouble : OFFLINE);
      })
      .finally(() => setAsked(false));
    return () => stopped.abort();
  }, [asked, onLooked]);
  if (plans === null || plans.shapes === 0) return null;
  const left = plans.shapes - plans.looked;
  return (
    <div class="ask-plan">
      {left > 0 && (
        <button type="button" onClick={() => setAsked(true)} disabled={asked}>
          {asked ? 'Asking …' : plans.looked === 0 ? 'Look at the plans' : 'Look at the next plans'}
        </button>
      )}
      <span class="quiet">{said(plans)}</span>
      <TroubleNote trouble={trouble} />
    </div>
  );
}

function said({ shapes, looked, refused }: PlansLookedAt): string {
  if (looked === 0) return 'EXPLAIN of the queries with the most time, without running them';
  const not = refused === 0 ? '' : `, ${count(refused)} not to be had`;
  return `plans of ${count(looked)} of ${count(shapes)} queries looked at, none run${not}`;
}
