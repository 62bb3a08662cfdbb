import { startBackground } from './background.ts';
import type { Command } from './command.ts';
import { stopSignal } from './stop-signal.ts';
import { withDatabase } from './with-database.ts';

export const worker: Command = {
  summary: 'fold rollups and bitmaps and run jobs without serving; any number may run, one folds',
  usage: `altiplano worker

Environment: DATABASE_DIRECT_URL or DATABASE_URL, the owner's; past any pooler, as a lock of the session says who folds
and who runs a job. Told to stop, a job finishes its step; another process goes on with it.`,
  options: {},
  async run(context) {
    const stop = stopSignal();
    await withDatabase(context, async ({ url }) => {
      const background = startBackground(context, url, context.apps);
      context.note('worker: started');
      await stop();
      context.note('stopping');
      await background.stop();
    });
    return 0;
  },
};
