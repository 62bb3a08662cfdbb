/** Text of an SVG that reads on light and dark: colours come from a style sheet that asks which. */
const STYLE = `
  :root { --ground: #ffffff; --ink: #1f2733; --faint: #5b6675; --line: #d9dee5; --budget: #b42318;
          --c0: #0b7a75; --c1: #c2570c; --c2: #4f5bd5; --c3: #a0307e; --c4: #7a6a00; --c5: #2f6fb3; }
  @media (prefers-color-scheme: dark) {
    :root { --ground: #14181f; --ink: #e8ecf2; --faint: #a3adba; --line: #333b47; --budget: #ff8a80;
            --c0: #4fd1c5; --c1: #ffa25e; --c2: #9aa5ff; --c3: #f08bd0; --c4: #e2cf5b; --c5: #7fb8f0; }
  }
  text { font: 12px system-ui, sans-serif; fill: var(--ink); }
  .faint { fill: var(--faint); font-size: 11px; }
  .title { font-size: 16px; font-weight: 600; }
  .panel { font-size: 13px; font-weight: 600; }`;

export type Anchor = 'start' | 'middle' | 'end';

export function document(width: number, height: number, title: string, parts: readonly string[]): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${escapeText(title)}">
<style>${STYLE}
</style>
<rect width="${width}" height="${height}" fill="var(--ground)"/>
${parts.join('\n')}
</svg>
`;
}

export function text(x: number, y: number, content: string, look = '', anchor: Anchor = 'start'): string {
  return `<text x="${place(x)}" y="${place(y)}" class="${look}" text-anchor="${anchor}">${escapeText(content)}</text>`;
}

export function line(from: Point, to: Point, colour: string, dashed = false): string {
  const dashes = dashed ? ' stroke-dasharray="5 4"' : '';
  return `<line x1="${place(from.x)}" y1="${place(from.y)}" x2="${place(to.x)}" y2="${place(to.y)}" stroke="${colour}"${dashes}/>`;
}

export function path(points: readonly Point[], colour: string): string {
  const steps = points.map(({ x, y }) => `${place(x)},${place(y)}`).join(' ');
  return `<polyline points="${steps}" fill="none" stroke="${colour}" stroke-width="2.5" stroke-linejoin="round"/>`;
}

export function dot({ x, y }: Point, colour: string): string {
  return `<circle cx="${place(x)}" cy="${place(y)}" r="3.5" fill="${colour}"/>`;
}

export function bar(x: number, y: number, width: number, height: number, colour: string): string {
  return `<rect x="${place(x)}" y="${place(y)}" width="${place(Math.max(1, width))}" height="${height}" rx="2" fill="${colour}"/>`;
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

export const colourOf = (index: number): string => `var(--c${index % 6})`;

const place = (value: number): string => String(Math.round(value * 10) / 10);

function escapeText(content: string): string {
  return content.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
