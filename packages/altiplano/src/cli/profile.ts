import type { Command } from './command.ts';
import { profileApp } from './profile-app.ts';
import { profileUrl } from './profile-url.ts';
import { usage } from './usage.ts';

export const profile: Command = {
  summary: 'show where the time of a request goes, of a URL or of any Node program',
  usage: `altiplano profile '<url>' [--token TOKEN]
altiplano profile --app server.js --requests requests.txt [--origin http://127.0.0.1:3000] [-- arguments of the program]

The first asks a running server of ours, whose token has the scope profile:read (--token, or ALTIPLANO_TOKEN).
The second starts any Node program that asks PostgreSQL, sends it the requests of the file, and tells what it found.

  --requests FILE      lines 'METHOD URL [body]', '5x GET /…', 'Name: value' for the lines below, '# …'; \${NAME} from the environment
  --origin URL         where the program listens; http://127.0.0.1:$PORT, else 3000
  --ready PATH         asked until anything answers, at most --wait 60 seconds; /
  --repeat 5           each line so many times
  --concurrency 1      so many requests at a time; more make the shares of CPU and I/O less certain
  --level full         counts, timings, stacks, full
  --html FILE          a page with everything, in one file
  --baseline FILE      findings that are known; --update-baseline writes them
  --allow FILE         findings that are accepted, each with a reason and an expiry

Exit code 1 when anything was found that is neither known nor accepted, 2 for wrong use.`,
  anywhere: true,
  options: {
    token: { type: 'string' },
    app: { type: 'string' },
    requests: { type: 'string' },
    origin: { type: 'string' },
    ready: { type: 'string' },
    wait: { type: 'string' },
    repeat: { type: 'string' },
    concurrency: { type: 'string' },
    level: { type: 'string' },
    html: { type: 'string' },
    baseline: { type: 'string' },
    'update-baseline': { type: 'boolean' },
    allow: { type: 'string' },
  },
  async run(context, flags, positionals) {
    if (typeof flags.app === 'string') return profileApp(context, flags, positionals);
    const [address, ...rest] = positionals;
    if (address === undefined || rest.length > 0)
      throw usage('Give one URL in quotes, or a program with --app and --requests.', profile.usage);
    return profileUrl(context, flags, address);
  },
};
