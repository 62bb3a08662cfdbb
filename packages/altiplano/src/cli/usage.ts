import { Failure } from '../errors/failure.ts';

/** Wrong use of a command: what was wrong and what would be right; exit code 2. */
export function usage(problem: string, remedy: string): Failure {
  return new Failure('CLI_USAGE', { values: { problem, remedy } });
}
