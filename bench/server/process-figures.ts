import { readFileSync } from 'node:fs';

/** What the system knows of a process; null where it does not say. */
export interface ProcessFigures {
  /** The most memory it has held so far. */
  peakMegabytes(): number | null;
  /** What it has used of the processor so far. */
  cpuSeconds(): number | null;
}

/** Linux tells processor time in hundredths of a second, whatever its clock. */
const TICKS = 100;

export function readProcess(pid: number | undefined): ProcessFigures {
  return {
    peakMegabytes() {
      const kilobytes = /^VmHWM:\s+(\d+) kB$/m.exec(read(pid, 'status'))?.[1];
      return kilobytes === undefined ? null : Math.round(Number(kilobytes) / 1024);
    },
    cpuSeconds() {
      // The program's name comes before, in parentheses, and may hold anything.
      const fields = read(pid, 'stat').split(') ').at(-1)?.split(' ') ?? [];
      const [user, system] = fields.slice(11, 13).map(Number);
      return user === undefined || system === undefined ? null : (user + system) / TICKS;
    },
  };
}

function read(pid: number | undefined, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return '';
  }
}
