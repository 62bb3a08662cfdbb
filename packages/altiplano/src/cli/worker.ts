import { startFolder } from '../rollup/folder.ts';
import { FORGET_REPLIES } from '../write/forget-replies.ts';
import type { Command } from './command.ts';
import { stopSignal } from './stop-signal.ts';
import { tellFolding } from './tell.ts';
import { withDatabase } from './with-database.ts';

export const worker: Command = {
  summary: 'fold rollups without serving; any number may run, one folds',
  usage: `altiplano worker

Environment: DATABASE_DIRECT_URL or DATABASE_URL, the owner's; past any pooler, as a lock of the session says who folds.`,
  options: {},
  async run(context) {
    const stop = stopSignal();
    await withDatabase(context, async ({ url }) => {
      const folder = startFolder({ url, observe: tellFolding(context), chores: [FORGET_REPLIES] });
      context.note('worker: started');
      await stop;
      context.note('stopping');
      await folder.stop();
    });
    return 0;
  },
};
