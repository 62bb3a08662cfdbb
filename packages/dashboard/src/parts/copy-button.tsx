import type { JSX } from 'preact';
import { useRef, useState } from 'preact/hooks';

const SAID_MS = 2000;

export function CopyButton({ text, what }: { readonly text: string; readonly what: string }): JSX.Element {
  const [said, setSaid] = useState<string | null>(null);
  const button = useRef<HTMLButtonElement>(null);
  const copy = async (): Promise<void> => {
    const copied = await writeText(text);
    if (!copied) selectBeside(button.current);
    setSaid(copied ? 'Copied' : 'Marked: press Ctrl+C');
    setTimeout(() => setSaid(null), SAID_MS);
  };
  return (
    <button type="button" class="copy" ref={button} onClick={copy} aria-label={`Copy ${what}`}>
      <span aria-live="polite">{said ?? 'Copy'}</span>
    </button>
  );
}

/** Browsers give the clipboard to pages of https and of this machine only. */
async function writeText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}

function selectBeside(button: HTMLElement | null): void {
  const code = button?.parentElement?.querySelector('code');
  if (code !== null && code !== undefined) getSelection()?.selectAllChildren(code);
}
