import { render } from 'preact';
import { keepToken } from './api/token.ts';
import { App } from './app.tsx';
import { applyTheme, readTheme } from './navigation/theme.ts';
import { startFeed } from './requests/feed.ts';

/** `#token=…`, as `npm start` prints it: kept for this tab, and out of the address before anything else happens. */
function takeToken(): void {
  const token = /^#token=([^&]+)$/.exec(location.hash)?.[1];
  if (token === undefined) return;
  keepToken(decodeURIComponent(token));
  history.replaceState(null, '', '#/requests');
}

applyTheme(readTheme());
takeToken();
startFeed();
render(<App />, document.body);
