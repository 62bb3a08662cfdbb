import { statesMigration } from '../write/states-migration.ts';
import { APP_OPTIONS, chooseApps } from './choose-apps.ts';
import type { Command } from './command.ts';
import { usage } from './usage.ts';

export const states: Command = {
  summary: 'print the migration of where rows go from where they are',
  usage: `altiplano states sql [--app NAME]… [--schema NAME]

sql     prints the triggers that hold declared states (\`writes.states\`) against whoever writes`,
  options: APP_OPTIONS,
  async run(context, flags, words) {
    if (words.join(' ') !== 'sql') throw usage('Say what to do: sql.', states.usage);
    const texts = chooseApps(context, flags).flatMap(({ resources }) => {
      const moving = resources.filter(({ writes }) => (writes?.states.length ?? 0) > 0);
      return moving.length === 0 ? [] : [statesMigration(moving)];
    });
    if (texts.length === 0) throw usage('No resource declares states.', 'Give one: `writes: { states: { … } }`.');
    context.print(texts.join('\n').trimEnd(), { migrations: texts });
    return 0;
  },
};
