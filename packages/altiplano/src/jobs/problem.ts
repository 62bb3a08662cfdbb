import { Failure } from '../errors/failure.ts';
import { quotesData } from '../errors/quotes-data.ts';

const LONGEST = 500;

/** Why a job failed, for operators: never a value of somebody's row. */
export function problemOf(error: unknown): string {
  if (!(error instanceof Error)) return typeof error;
  if (error instanceof Failure) return `${error.code}: ${error.message}`.slice(0, LONGEST);
  if (!quotesData(error)) return `${error.name}: ${error.message}`.slice(0, LONGEST);
  return 'code' in error ? `${error.name}: SQLSTATE ${error.code}` : error.name;
}
