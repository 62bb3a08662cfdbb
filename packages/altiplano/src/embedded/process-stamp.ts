import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

/**
 * Something only this life of a pid has: its start time. Undefined when no such process lives; a zombie does not, though
 * signal 0 still reaches it (in a container whose first process reaps nobody, that is what kill -9 leaves).
 */
export async function processStamp(pid: number): Promise<string | undefined> {
  if (!answersSignal(pid)) return undefined;
  if (process.platform === 'win32') return 'alive';
  if (process.platform !== 'linux') return (await processStatus(pid, 'lstart=')) || undefined;
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  // The second field is the program's name in parentheses and may hold spaces; state is field 3, start time field 22.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return text === '' || fields[0] === 'Z' ? undefined : fields[19];
}

/** Whether a living process was started with `argument`; where the system does not tell, being alive must do. */
export async function hasArgument(pid: number, argument: string): Promise<boolean> {
  if (!answersSignal(pid)) return false;
  if (process.platform === 'win32') return true;
  if (process.platform !== 'linux') return (await processStatus(pid, 'command=')).includes(argument);
  // Not /proc/<pid>/cwd: root in a container without CAP_SYS_PTRACE may not read that of another user's process.
  const text = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
  return text.split('\0').includes(argument);
}

function answersSignal(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function processStatus(pid: number, format: string): Promise<string> {
  return run('ps', ['-o', format, '-p', String(pid)]).then(
    ({ stdout }) => stdout.trim(),
    () => '',
  );
}
