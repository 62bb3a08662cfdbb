import { join } from 'node:path';
import { startFolder } from '../folder.ts';
import { FORGET_JOBS, REVIVE_JOBS } from '../jobs/chores.ts';
import { startJobs } from '../jobs/worker.ts';
import type { ReadFoldFigures } from '../observe/fold-figures.ts';
import type { App } from '../resource/app.ts';
import { FORGET_SESSIONS } from '../sign-in/forget-sessions.ts';
import { FORGET_REPLIES } from '../write/forget-replies.ts';
import type { Context } from './command.ts';
import { readKeyRing } from './key-ring.ts';
import { tellFolding } from './tell.ts';

export interface Background {
  readonly figures: ReadFoldFigures;
  stop(): Promise<void>;
}

/** What goes on beside requests: one process of all folds, every one runs jobs. */
export function startBackground(context: Context, url: string, apps: readonly App[]): Background {
  const observe = tellFolding(context);
  const folder = startFolder({ url, observe, chores: [FORGET_REPLIES, FORGET_SESSIONS, REVIVE_JOBS, FORGET_JOBS] });
  const jobs = startJobs({
    url,
    apps,
    keys: readKeyRing(join(context.directory, '.altiplano'), context.environment),
    observe,
  });
  return {
    figures: folder.figures,
    stop: async () => {
      await Promise.all([folder.stop(), jobs.stop()]);
    },
  };
}
