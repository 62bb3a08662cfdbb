import { startEmbedded } from '../../src/embedded/start-embedded.ts';
import type { ChildOptions } from './embedded-directory.ts';

interface ChildRequest extends ChildOptions {
  readonly directory: string;
  readonly settings: Record<string, string>;
}

// Everything is imported by now: the user it becomes may not be able to read this repository.
const { user, umask, ...options } = JSON.parse(process.argv[2] ?? '{}') as ChildRequest;
if (umask !== undefined) process.umask(umask);
if (user !== undefined) {
  process.setgroups?.([]);
  process.setgid?.(user.gid);
  process.setuid?.(user.uid);
}
const { stop, ...server } = await startEmbedded(options);
process.once('SIGTERM', () => {
  stop().then(
    () => process.exit(0),
    () => process.exit(1),
  );
});
setInterval(() => undefined, 60_000);
console.log(JSON.stringify(server));
