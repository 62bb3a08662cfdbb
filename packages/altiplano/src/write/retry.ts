import { setTimeout as sleep } from 'node:timers/promises';
import { Failure } from '../errors/failure.ts';

const MOST_RETRIES = 3;

/**
 * Does the work again when the database took it back as a whole because of others: at most three times, after 5 to 10 ms,
 * then 10 to 20, then 20 to 40, so that two that met do not meet again.
 * @throws EXEC_CONFLICT when they kept meeting
 */
export async function retrying<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof Failure) || error.code !== 'EXEC_CONFLICT' || attempt === MOST_RETRIES) throw error;
      await sleep(5 * 2 ** attempt * (1 + Math.random()));
    }
  }
}
