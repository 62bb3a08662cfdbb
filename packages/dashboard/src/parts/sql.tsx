import type { JSX } from 'preact';
import { CopyButton } from './copy-button.tsx';
import { tokens } from './tokens.ts';

/** Longer than anybody reads, and long enough to make each redraw felt. */
const MOST = 20_000;

export function Sql({ text }: { readonly text: string }): JSX.Element {
  return (
    <code class="sql">
      {tokens(text.slice(0, MOST)).map(({ kind, text: piece }, index) =>
        kind === 'other' || kind === 'word' ? (
          piece
        ) : (
          <span class={`sql-${kind}`} key={index}>
            {piece}
          </span>
        ),
      )}
      {text.length > MOST && ' …'}
    </code>
  );
}

export function SqlBlock({ text, what }: { readonly text: string; readonly what: string }): JSX.Element {
  return (
    <div class="sql-block">
      <CopyButton text={text} what={what} />
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard. */}
      <pre tabIndex={0}>
        <Sql text={text} />
      </pre>
    </div>
  );
}
