import type { JSX } from 'preact';
import { bytes, duration, type Measure } from '../format/number.ts';

/** Digits to the right, the unit in a width of its own: a column of them lines up. */
function Aligned({ value, unit }: Measure): JSX.Element {
  return (
    <span class="measure">
      {value} <span class="unit">{unit}</span>
    </span>
  );
}

export const Time = ({ ms }: { readonly ms: number | null }): JSX.Element =>
  ms === null ? <span class="measure quiet">–</span> : <Aligned {...duration(ms)} />;

export const Bytes = ({ size }: { readonly size: number }): JSX.Element => <Aligned {...bytes(size)} />;

export function Status({ status }: { readonly status: number | null }): JSX.Element {
  if (status === null) return <span class="status cut-off">cut off</span>;
  return <span class={`status status-${Math.floor(status / 100)}`}>{status}</span>;
}
