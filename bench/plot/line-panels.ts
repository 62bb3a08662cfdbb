import { logScale, type Scale, tickText } from './scale.ts';
import { colourOf, document, dot, line, type Point, path, text } from './svg.ts';

export interface Series {
  readonly name: string;
  readonly points: readonly Point[];
}

export interface Panel {
  readonly title: string;
  readonly series: readonly Series[];
  /** A line no value should be above. */
  readonly budget?: number;
}

export interface LinePlot {
  readonly title: string;
  readonly subtitle: string;
  readonly x: string;
  readonly y: string;
  readonly panels: readonly Panel[];
}

const WIDTH = 460;
const HEIGHT = 288;
const MARGIN = { left: 62, right: 20, top: 34, bottom: 78 };
const HEAD = 60;

/** Small multiples with logarithmic axes, the same in all of them. */
export function drawLines({ title, subtitle, x, y, panels }: LinePlot): string {
  const points = panels.flatMap(({ series }) => series.flatMap((each) => each.points));
  const budgets = panels.flatMap(({ budget }) => budget ?? []);
  const across = logScale(
    points.map((point) => point.x),
    MARGIN.left,
    WIDTH - MARGIN.right,
  );
  const up = logScale([...points.map((point) => point.y), ...budgets], HEIGHT - MARGIN.bottom, MARGIN.top);
  const columns = Math.min(2, panels.length);
  const rows = Math.ceil(panels.length / columns);
  const drawn = panels.map((panel, index) => {
    const shift = `${(index % columns) * WIDTH} ${HEAD + Math.floor(index / columns) * HEIGHT}`;
    return `<g transform="translate(${shift})">\n${drawPanel(panel, { across, up, x, y })}\n</g>`;
  });
  const head = [text(20, 28, title, 'title'), text(20, 48, subtitle, 'faint')];
  return document(columns * WIDTH, HEAD + rows * HEIGHT, title, [...head, ...drawn]);
}

/** Under the panel, three in a row. */
function legend(series: readonly Series[]): string[] {
  const across = WIDTH / 3 - 8;
  return series.flatMap(({ name }, index) => {
    const x = 24 + (index % 3) * across;
    const y = HEIGHT - 30 + Math.floor(index / 3) * 17;
    return [dot({ x, y: y - 4 }, colourOf(index)), text(x + 8, y, name, 'faint')];
  });
}

interface Axes {
  readonly across: Scale;
  readonly up: Scale;
  readonly x: string;
  readonly y: string;
}

function drawPanel({ title, series, budget }: Panel, { across, up, x, y }: Axes): string {
  const floor = HEIGHT - MARGIN.bottom;
  const end = WIDTH - MARGIN.right;
  const level = (value: number, colour: string, dashed = false) =>
    line({ x: MARGIN.left, y: up.at(value) }, { x: end, y: up.at(value) }, colour, dashed);
  const grid = up.ticks.flatMap((tick) => [
    level(tick, 'var(--line)'),
    text(MARGIN.left - 8, up.at(tick) + 4, tickText(tick), 'faint', 'end'),
  ]);
  const feet = across.ticks.map((tick) => text(across.at(tick), floor + 18, tickText(tick), 'faint', 'middle'));
  const limit =
    budget === undefined
      ? []
      : [level(budget, 'var(--budget)', true), text(end, up.at(budget) - 5, `budget ${budget}`, 'faint', 'end')];
  const curves = series.flatMap(({ points }, index) => {
    const colour = colourOf(index);
    const places = points.map((point) => ({ x: across.at(point.x), y: up.at(point.y) }));
    return [path(places, colour), ...places.map((spot) => dot(spot, colour))];
  });
  const labels = [
    text(MARGIN.left, 20, title, 'panel'),
    text(end, floor + 32, x, 'faint', 'end'),
    text(end, 20, y, 'faint', 'end'),
    ...legend(series),
  ];
  return [...labels, ...grid, ...feet, ...limit, ...curves].join('\n');
}
