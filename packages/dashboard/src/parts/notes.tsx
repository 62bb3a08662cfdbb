import type { ComponentChildren, JSX } from 'preact';
import type { Trouble } from '../api/trouble.ts';

/** Above what was last known, which stays. */
export function TroubleNote({
  trouble,
  again,
}: {
  readonly trouble: Trouble | null;
  again?: () => void;
}): JSX.Element | null {
  if (trouble === null) return null;
  return (
    <div class={`note trouble ${trouble.kind}`} role="alert">
      <strong>{trouble.title}</strong> <span>{trouble.advice}</span>
      {again !== undefined && (
        <button type="button" onClick={again}>
          Ask again
        </button>
      )}
    </div>
  );
}

export function Empty({
  title,
  children,
}: {
  readonly title: string;
  readonly children?: ComponentChildren;
}): JSX.Element {
  return (
    <div class="empty">
      <h2>{title}</h2>
      <p>{children}</p>
    </div>
  );
}

export const Loading = (): JSX.Element => (
  <p class="loading" role="status">
    Asking the server …
  </p>
);
