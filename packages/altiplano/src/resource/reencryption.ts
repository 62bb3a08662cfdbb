import { type Job, job } from './job.ts';

interface Checkpoint {
  readonly after: unknown;
  readonly seen: number;
  readonly isOver: boolean;
}

/**
 * The rotation of encryption keys as a job of the app: seals every encrypted value with the current key, 500 rows a step. One that was
 * killed goes on where it was; one that is run again writes what is left.
 */
export function reencryption({ schedule }: { readonly schedule?: string } = {}): Job {
  return job({
    name: 'reencrypt',
    summary: 'Encrypt with the current key whatever is not',
    ...(schedule === undefined ? {} : { schedule }),
    async run({ checkpoint, query, step, reencrypt, countEncrypted }) {
      let at = (checkpoint as Checkpoint | null) ?? { after: null, seen: 0, isOver: false };
      const total = await countEncrypted(query);
      while (!at.isOver) {
        await step(async (inside) => {
          const { after, seen } = await reencrypt(inside, at.after);
          at = { after, seen: at.seen + seen, isOver: after === null };
          // The planner's belief may be older than the table.
          return { checkpoint: at, done: at.seen, total: at.isOver ? at.seen : Math.max(total, at.seen + 1) };
        });
      }
    },
  });
}
