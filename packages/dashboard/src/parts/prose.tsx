import type { JSX } from 'preact';

/** A sentence with code between backticks. */
export function Prose({ text }: { readonly text: string }): JSX.Element {
  const pieces = text.split('`');
  // One that is not closed is a sign like any other.
  if (pieces.length % 2 === 0) return <>{text}</>;
  return <>{pieces.map((piece, index) => (index % 2 === 1 ? <code key={`${index}`}>{piece}</code> : piece))}</>;
}
