import { readdirSync, readFileSync } from 'node:fs';
import { makeRow, type Row } from '../../result/result.ts';

export const LINES = 'lines of ';

/** What an app is made of, by where its files are; the first that fits. */
const PARTS: readonly (readonly [part: string, fits: (path: string, text: string) => boolean])[] = [
  ['golden replies', (path) => /^test\/golden\//.test(path)],
  ['tests', (path) => /^test\/|\.test\.ts$/.test(path)],
  ['migrations, printed', (path, text) => isMigration(path) && /Printed by the declaration/.test(text.slice(0, 400))],
  ['migrations, written', isMigration],
  ['sample', (path) => /^sample(\/|\.ts$)/.test(path)],
  ['naive twin', (path) => /^naive(\/|\.ts$)/.test(path)],
  ['table types', (path) => path === 'database.ts'],
  ['actions and jobs', (path) => /^(actions|jobs)\/|^keys\.ts$/.test(path)],
  ['declaration', (path) => path.endsWith('.ts')],
];

function isMigration(path: string): boolean {
  return path.startsWith('migrations/');
}

/** Lines that are not blank, by part; `size` is their number. */
export function countLines(root: URL, app: string): readonly Row[] {
  const folder = new URL(`apps/${app}/`, root);
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => /\.(ts|sql|json)$/.test(path) && !/(^|\/)(node_modules\/|package\.json$)/.test(path))
    .map((path) => ({ path, text: readFileSync(new URL(path, folder), 'utf8') }));
  const placed = files.map((file) => ({ ...file, part: PARTS.find(([, fits]) => fits(file.path, file.text))?.[0] }));
  return PARTS.map(([part]) => part)
    .reverse()
    .map((part) => {
      const own = placed.filter((file) => file.part === part);
      const lines = own.reduce((sum, { text }) => sum + text.split('\n').filter((line) => /\S/.test(line)).length, 0);
      return makeRow({
        case: `${LINES}${app}: ${part}`,
        variant: 'altiplano',
        size: lines,
        note: `${own.length} files`,
      });
    });
}
