import type { JSX } from 'preact';
import { percent } from '../format/number.ts';

export interface Share {
  readonly name: string;
  readonly tone: string;
  readonly share: number;
}

/** Parts of a whole in one bar, and the same in words. */
export function ShareBar({
  label,
  shares,
}: {
  readonly label: string;
  readonly shares: readonly Share[];
}): JSX.Element {
  const shown = shares.filter(({ share }) => share > 0.0005);
  return (
    <div class="share-bar">
      <div class="share-track" aria-hidden="true">
        {shown.map(({ name, tone, share }) => (
          <span
            key={name}
            class={`tone-${tone}`}
            style={{ width: `${share * 100}%` }}
            title={`${name} ${percent(share)}`}
          />
        ))}
      </div>
      <ul class="legends" aria-label={label}>
        {shown.map(({ name, tone, share }) => (
          <li key={name}>
            <i class={`swatch tone-${tone}`} />
            {name} <b>{percent(share)}</b>
          </li>
        ))}
      </ul>
    </div>
  );
}
