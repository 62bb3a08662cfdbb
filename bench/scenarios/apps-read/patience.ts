import type { OwnerClient } from 'altiplano';

/** Null when it was stopped: what it asks is cancelled through another connection until it gives up. */
export async function withPatience<T>(
  milliseconds: number,
  client: OwnerClient,
  other: OwnerClient,
  work: () => Promise<T>,
): Promise<T | null> {
  const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid');
  let isOver = false;
  let cancel: Promise<unknown> = Promise.resolve();
  const stop = () => {
    isOver = true;
    cancel = other.query('select pg_cancel_backend($1)', [rows[0]?.pid]);
  };
  // Between two queries there is nothing to cancel: the next one is.
  let again: NodeJS.Timeout | undefined;
  const timer = setTimeout(() => {
    stop();
    again = setInterval(stop, 50);
  }, milliseconds);
  try {
    return await work();
  } catch (error) {
    if (isOver && error instanceof Error && 'code' in error && error.code === '57014') return null;
    throw error;
  } finally {
    clearTimeout(timer);
    clearInterval(again);
    await cancel;
    // One that came too late may hit whatever is asked next.
    if (isOver) await client.query('select').catch(() => {});
  }
}
