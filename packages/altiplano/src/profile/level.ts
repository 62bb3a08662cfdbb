import type { Level } from './recording.ts';

/** Each is the one before and more. */
export const LEVELS = ['off', 'counts', 'timings', 'stacks', 'full'] as const satisfies readonly Level[];

export const TIMINGS = 2;
export const STACKS = 3;
export const FULL = 4;

export function rankOf(level: Level): number {
  return LEVELS.indexOf(level);
}

/**
 * A level as somebody wrote it, in an environment variable or an option.
 * @throws Error that names what may be written
 */
export function readLevel(text: string, where: string): Level {
  const level = LEVELS.find((name) => name === text);
  if (level === undefined)
    throw new Error(`${where}=${text} is no level of profiling: it is one of ${LEVELS.join(', ')}`);
  return level;
}
