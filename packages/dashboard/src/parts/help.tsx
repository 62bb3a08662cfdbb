import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';

const KEYS = [
  [['1', '…', '6'], 'the views'],
  [['j', 'k'], 'next and previous row; arrows too'],
  [['g', 'G'], 'first and last row'],
  [['Enter'], 'open the row'],
  [['Esc'], 'back, from a query to its request to the list'],
  [['/'], 'find'],
  [['p'], 'pause the list of requests, or let it go on'],
  [['?'], 'this'],
] as const;

/** A dialog of the browser's own: it keeps the focus inside, closes with Escape, and gives the focus back. */
export function Help({ open, onClose }: { readonly open: boolean; readonly onClose: () => void }): JSX.Element {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    if (open) dialog.current?.showModal();
    else dialog.current?.close();
  }, [open]);
  return (
    <dialog ref={dialog} class="help" aria-label="Keys" onClose={onClose}>
      <h2>Keys</h2>
      <dl>
        {KEYS.map(([keys, what]) => (
          <div key={what}>
            <dt>
              {keys.map((key) => (
                <kbd key={key}>{key}</kbd>
              ))}
            </dt>
            <dd>{what}</dd>
          </div>
        ))}
      </dl>
      <button type="button" class="primary" onClick={onClose}>
        Close
      </button>
    </dialog>
  );
}
