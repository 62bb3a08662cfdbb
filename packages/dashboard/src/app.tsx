import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { keepToken, readToken } from './api/token.ts';
import { above, type Place, VIEWS } from './navigation/place.ts';
import { type Keys, useKeys } from './navigation/use-keys.ts';
import { go, usePlace } from './navigation/use-place.ts';
import { AdvicePage } from './pages/advice-page.tsx';
import { HealthPage } from './pages/health-page.tsx';
import { PlanPage } from './pages/plan-page.tsx';
import { RequestPage } from './pages/request-page.tsx';
import { RequestsPage } from './pages/requests-page.tsx';
import { RoutesPage } from './pages/routes-page.tsx';
import { ShapesPage } from './pages/shapes-page.tsx';
import { Boundary } from './parts/boundary.tsx';
import { Help } from './parts/help.tsx';
import { SignIn } from './parts/sign-in.tsx';
import { TopBar } from './parts/top-bar.tsx';
import { type Feed, pauseFeed, startFeed, useFeed } from './requests/feed.ts';

export function App(): JSX.Element {
  const place = usePlace();
  const feed = useFeed();
  const [help, setHelp] = useState(false);
  useKeys(keysOf(place, () => setHelp(true)));
  useEffect(() => {
    document.title = place.id === null ? `${place.view} · Altiplano` : `${place.id.slice(0, 40)} · Altiplano`;
  }, [place]);
  // Of another request, its heading is what is read out next; a row of the same view is said by its list.
  const shown = place.view === 'requests' ? place.id : place.view;
  useEffect(() => {
    if (shown !== null) document.querySelector('main')?.focus({ preventScroll: true });
  }, [shown]);

  const signIn = (token: string | null): void => {
    keepToken(token);
    startFeed(true);
  };
  if (feed.trouble?.kind === 'sign-in' || feed.trouble?.kind === 'forbidden') {
    return <SignIn trouble={feed.trouble} tried={readToken() !== null} onToken={signIn} />;
  }
  return (
    <>
      <TopBar view={place.view} onHelp={() => setHelp(true)} onLeave={() => signIn(null)} />
      <Boundary key={`${place.view} ${place.id}`}>
        <Page place={place} feed={feed} />
      </Boundary>
      <Help open={help} onClose={() => setHelp(false)} />
    </>
  );
}

function Page({ place, feed }: { readonly place: Place; readonly feed: Feed }): JSX.Element {
  switch (place.view) {
    case 'requests':
      return place.id === null ? (
        <RequestsPage feed={feed} filter={place.filter} />
      ) : (
        <RequestPage id={place.id} place={place} />
      );
    case 'shapes':
      return <ShapesPage id={place.id} />;
    case 'routes':
      return <RoutesPage id={place.id} />;
    case 'advice':
      return <AdvicePage />;
    case 'plan':
      return <PlanPage />;
    case 'health':
      return <HealthPage />;
  }
}

function keysOf(place: Place, showHelp: () => void): Keys {
  const views = VIEWS.map((view, index) => [String(index + 1), () => go({ view })] as const);
  return {
    ...Object.fromEntries(views),
    '?': showHelp,
    '/': () => document.querySelector<HTMLElement>('[data-key="/"]')?.focus(),
    p: () => pauseFeed(),
    Escape: ({ target }) => {
      // From what is typed in first to the page, then up.
      if (target instanceof HTMLElement && target.matches('input, select, textarea')) return target.blur();
      const up = above(place);
      if (up !== null) go(up);
    },
  };
}
