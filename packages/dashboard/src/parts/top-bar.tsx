import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { printPlace, VIEWS, type View } from '../navigation/place.ts';
import { applyTheme, nextTheme, readTheme } from '../navigation/theme.ts';

interface TopBarProps {
  readonly view: View;
  readonly onHelp: () => void;
  readonly onLeave: () => void;
}

export function TopBar({ view, onHelp, onLeave }: TopBarProps): JSX.Element {
  const [theme, setTheme] = useState(readTheme);
  const change = (): void => {
    const next = nextTheme(theme);
    applyTheme(next);
    setTheme(next);
  };
  return (
    <header class="top-bar">
      <a class="mark" href="#/requests" aria-label="Altiplano: requests">
        <svg viewBox="0 0 24 16" aria-hidden="true">
          <path d="M1 15 7 5h10l6 10z" />
        </svg>
        Altiplano
      </a>
      <nav aria-label="Views">
        {VIEWS.map((each, index) => (
          <a
            key={each}
            href={printPlace({ view: each })}
            aria-keyshortcuts={String(index + 1)}
            aria-current={each === view ? 'page' : undefined}
          >
            {each} <kbd>{index + 1}</kbd>
          </a>
        ))}
      </nav>
      <div class="tools">
        <button type="button" onClick={change} aria-label={`Colours: ${theme}. Change`}>
          {theme}
        </button>
        <button type="button" onClick={onHelp} aria-label="Keys" aria-keyshortcuts="?">
          ?
        </button>
        <button type="button" onClick={onLeave}>
          Leave
        </button>
      </div>
    </header>
  );
}
