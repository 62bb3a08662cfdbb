import type { JSX } from 'preact';
import { useRef } from 'preact/hooks';
import type { Trouble } from '../api/trouble.ts';

interface SignInProps {
  readonly trouble: Trouble;
  /** A token was tried, and is not the right one. */
  readonly tried: boolean;
  readonly onToken: (token: string) => void;
}

export function SignIn({ trouble, tried, onToken }: SignInProps): JSX.Element {
  const input = useRef<HTMLInputElement>(null);
  const submit = (event: Event): void => {
    event.preventDefault();
    const token = input.current?.value.trim() ?? '';
    if (token !== '') onToken(token);
  };
  return (
    <main class="sign-in">
      <form onSubmit={submit}>
        <h1>Where does the time go?</h1>
        <p>
          This page shows the requests of a running server and the queries they make. It takes a token with the scope{' '}
          <code>profile:read</code>.
        </p>
        <label for="token">Token</label>
        {/* biome-ignore lint/a11y/noAutofocus: it is all there is on this page. */}
        <input id="token" ref={input} type="password" autocomplete="off" spellcheck={false} autoFocus required />
        {tried && (
          <p class="note trouble" role="alert">
            <strong>{trouble.title}</strong> {trouble.advice}
          </p>
        )}
        <button type="submit" class="primary">
          Show me
        </button>
        <p class="quiet">
          <code>npm start</code> prints one, and this makes one:
        </p>
        <pre>npx altiplano token --app APP --user UUID --scopes profile:read</pre>
        <p class="quiet">It stays in this tab, and is gone when the tab is closed.</p>
      </form>
    </main>
  );
}
