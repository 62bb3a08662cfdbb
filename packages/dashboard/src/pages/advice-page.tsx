import type { JSX } from 'preact';
import type { Recommendation, RecommendationList } from '../api/types.ts';
import { useLive } from '../api/use-live.ts';
import { count } from '../format/number.ts';
import { printPlace } from '../navigation/place.ts';
import { FindingCard } from '../parts/finding.tsx';
import { Empty } from '../parts/notes.tsx';
import { Loaded } from '../parts/state.tsx';
import { LookAtPlans } from './look-at-plans.tsx';

const EVERY_MS = 5000;
const GRAVITY: readonly Recommendation['level'][] = ['error', 'warning', 'info'];

export function AdvicePage(): JSX.Element {
  const live = useLive<RecommendationList>('recommendations', EVERY_MS);
  return (
    <main class="page" tabIndex={-1}>
      <h1>What to do</h1>
      <Loaded live={live}>
        {({ recommendations, plans }) => (
          <>
            <LookAtPlans plans={plans} onLooked={live.again} />
            {recommendations.length === 0 ? (
              <Empty title="Nothing to do">Nothing was found in the requests that are kept.</Empty>
            ) : (
              <div class="findings">{sort(recommendations).map(show)}</div>
            )}
          </>
        )}
      </Loaded>
    </main>
  );
}

/** Gravest first; of equals, what most requests have. */
const sort = (all: readonly Recommendation[]): readonly Recommendation[] =>
  [...all].sort((a, b) => GRAVITY.indexOf(a.level) - GRAVITY.indexOf(b.level) || b.requests - a.requests);

const show = (recommendation: Recommendation): JSX.Element => (
  <FindingCard key={recommendation.key} finding={recommendation}>
    <p class="facts">
      <span>
        in {count(recommendation.requests)} {recommendation.requests === 1 ? 'request' : 'requests'}
      </span>
      <a href={printPlace({ id: recommendation.example })}>Show the newest</a>
    </p>
  </FindingCard>
);
