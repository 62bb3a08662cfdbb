import { ARROWS, ENTRY, FRAME, KEEPERS, PROFILE_ENTRY, SAMPLE_ENTRY, TESTING_ENTRY, TWIN_ENTRY } from './arrows.ts';
import { type Import, importsOf, isTest, type Sources } from './imports.ts';

/** Arrows of the engine's sources that nobody meant, each with its file. */
export function findWrongArrows(sources: Sources): readonly string[] {
  return eachImport(sources).flatMap(([path, imported]) => {
    if (isTest(path)) return [];
    const from = folderOf(path);
    const problem = imported.relative ? arrowProblem(from, imported) : libraryProblem(from, imported.to);
    return problem === null ? [] : [`${path}: ${problem}`];
  });
}

function arrowProblem(from: string, { to, typesOnly }: Import): string | null {
  const folder = folderOf(to);
  if (to.startsWith('..')) return `${from} → ${to} leaves the sources`;
  if (folder === from || FRAME.has(from)) return null;
  const arrows = ARROWS[from];
  if (arrows === undefined) return `${from} is not in the table of arrows`;
  const allowed = [arrows[to], arrows[folder]].filter((kind) => kind !== undefined);
  if (allowed.length === 0) return `${from} → ${folder} (${to}) is not an arrow of the table`;
  return typesOnly || allowed.includes('values') ? null : `${from} → ${folder} (${to}) is for types only`;
}

function libraryProblem(from: string, library: string): string | null {
  const keeper = KEEPERS[library];
  return keeper === undefined || keeper === from ? null : `${from} → ${library} belongs to ${keeper}/`;
}

/** Imports of apps that reach past the public entry, or into another app. Paths start with the app's name. */
export function findAppsReachingIn(sources: Sources): readonly string[] {
  return eachImport(sources).flatMap(([path, { to, relative }]) => {
    const own = relative
      ? folderOf(to) === folderOf(path)
      : !to.startsWith(`${ENTRY}/`) && !to.startsWith('@altiplano/');
    const meant =
      own ||
      to === PROFILE_ENTRY ||
      (to === TESTING_ENTRY && isTest(path)) ||
      (to === SAMPLE_ENTRY && /^[^/]+\/(sample|test)[./]/.test(path)) ||
      (to === TWIN_ENTRY && /^[^/]+\/(naive|test)[./]/.test(path));
    return meant ? [] : [`${path}: imports ${to}`];
  });
}

function eachImport(sources: Sources): readonly (readonly [string, Import])[] {
  return [...sources].flatMap(([path, text]) => importsOf(path, text).map((imported) => [path, imported] as const));
}

/** `plan/access.ts` is in `plan`; a file of the root stands for itself. */
function folderOf(path: string): string {
  return path.split('/')[0] ?? path;
}

/** Arrows of the table that no import uses: what is no longer needed should not stay allowed. */
export function findUnusedArrows(sources: Sources): readonly string[] {
  const used = new Set(
    eachImport(sources).flatMap(([path, { to }]) => [`${folderOf(path)} ${folderOf(to)}`, `${folderOf(path)} ${to}`]),
  );
  return Object.entries(ARROWS).flatMap(([from, arrows]) =>
    Object.keys(arrows)
      .filter((to) => !used.has(`${from} ${to}`))
      .map((to) => `${from} → ${to}`),
  );
}

export interface LineCounts {
  readonly median: number;
  readonly ninth: number;
  readonly longest: readonly [path: string, lines: number];
}

export function countLines(sources: Sources): LineCounts {
  const counts = [...sources]
    .filter(([path]) => !isTest(path))
    .map(([path, text]) => [path, text.split('\n').length - 1] as const)
    .sort(([, a], [, b]) => a - b);
  const at = (share: number) => counts[Math.min(counts.length - 1, Math.floor(counts.length * share))] ?? ['', 0];
  return { median: at(0.5)[1], ninth: at(0.9)[1], longest: at(1) };
}

const VAGUE = /(^|[-./])(utils?|common|helpers?|managers?|misc)([-./]|$)/;

export function findVagueNames(paths: Iterable<string>): readonly string[] {
  return [...paths].filter((path) => VAGUE.test(path));
}
