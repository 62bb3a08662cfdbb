import { logScale, tickText } from './scale.ts';
import { bar, colourOf, document, line, text } from './svg.ts';

export interface BarPlot {
  readonly title: string;
  readonly subtitle: string;
  readonly bars: readonly { readonly name: string; readonly value: number }[];
  /** A line no bar should cross. */
  readonly budget: number;
}

const WIDTH = 920;
const LEFT = 330;
/** A character of a name, at most, in pixels. */
const CHARACTER = 7;
const RIGHT = 80;
const HEAD = 92;
const STEP = 22;

/** Horizontal bars on a logarithmic axis. */
export function drawBars({ title, subtitle, bars, budget }: BarPlot): string {
  const height = HEAD + bars.length * STEP + 20;
  const left = Math.max(LEFT, 20 + CHARACTER * Math.max(0, ...bars.map(({ name }) => name.length)));
  const wide = WIDTH - LEFT + left;
  const scale = logScale([...bars.map(({ value }) => value), budget, 10], left, wide - RIGHT);
  const column = (value: number, colour: string, dashed = false) =>
    line({ x: scale.at(value), y: HEAD - 8 }, { x: scale.at(value), y: height - 12 }, colour, dashed);
  const grid = scale.ticks.flatMap((tick) => [
    column(tick, 'var(--line)'),
    text(scale.at(tick), HEAD - 14, tickText(tick), 'faint', 'middle'),
  ]);
  const drawn = bars.flatMap(({ name, value }, index) => {
    const top = HEAD + index * STEP;
    const width = scale.at(value) - left;
    return [
      text(left - 10, top + 12, name, '', 'end'),
      bar(left, top, width, STEP - 6, colourOf(value > budget ? 1 : 0)),
      text(left + width + 6, top + 12, value.toLocaleString('en'), 'faint'),
    ];
  });
  const limit = [
    column(budget, 'var(--budget)', true),
    text(scale.at(budget), HEAD - 30, `budget ${budget}`, 'faint', 'middle'),
  ];
  return document(wide, height, title, [
    text(20, 28, title, 'title'),
    text(20, 48, subtitle, 'faint'),
    ...grid,
    ...drawn,
    ...limit,
  ]);
}
