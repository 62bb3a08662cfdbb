import { type Database, readInstant, timeOf } from 'altiplano/twin';
import type { NaiveRequest } from './request.ts';

/** The instant that stands for now in every figure of one answer. */
export async function instantOf(database: Database, request: NaiveRequest): Promise<string> {
  if (request.instant !== undefined) return readInstant(request.instant);
  return database.value(`SELECT ${timeOf('now()')} AS value`, []);
}
