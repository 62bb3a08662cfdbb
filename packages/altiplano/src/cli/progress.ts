export interface ProgressStep {
  readonly name: string;
  readonly done: number;
  readonly total: number;
}

/** What progress needs of a stream; `process.stderr` has it. */
export interface ProgressStream {
  readonly isTTY?: boolean | undefined;
  write(text: string): unknown;
}

interface Running {
  readonly name: string;
  readonly started: number;
  printed: number;
}

const QUIET_MILLISECONDS = 1000;
const TERMINAL_MILLISECONDS = 100;
const LOG_MILLISECONDS = 5000;
const BAR_WIDTH = 24;

/**
 * One line a step: on a terminal rewritten in place, elsewhere printed now and then. A step that is over within a
 * second says nothing. A step ends when its `done` reaches its `total` or another begins.
 */
export function progress(
  stream: ProgressStream = process.stderr,
  now: () => number = () => performance.now(),
): (step: ProgressStep) => void {
  const terminal = stream.isTTY === true;
  const interval = terminal ? TERMINAL_MILLISECONDS : LOG_MILLISECONDS;
  let running: Running | undefined;
  return (step) => {
    const time = now();
    if (running?.name !== step.name) {
      // An unfinished line of the step before stays on the screen.
      if (running && terminal && running.printed > running.started) stream.write('\n');
      running = { name: step.name, started: time, printed: time };
    }
    const elapsed = (time - running.started) / 1000;
    if (step.done >= step.total) {
      if (time - running.started >= QUIET_MILLISECONDS) {
        stream.write(terminal ? `\r\u001b[K${finished(step, elapsed, true)}\n` : `${finished(step, elapsed, false)}\n`);
      }
      running = undefined;
    } else if (time - running.started >= QUIET_MILLISECONDS && time - running.printed >= interval) {
      stream.write(terminal ? `\r\u001b[K${underway(step, elapsed, true)}` : `${underway(step, elapsed, false)}\n`);
      running.printed = time;
    }
  };
}

function underway({ name, done, total }: ProgressStep, elapsed: number, coloured: boolean): string {
  const share = done / total;
  const rate = done / elapsed;
  const left = done === 0 ? 'time left unknown' : `${duration((total - done) / rate)} left`;
  const filled = Math.floor(share * BAR_WIDTH);
  const bar = paint('█'.repeat(filled), 36, coloured) + paint('░'.repeat(BAR_WIDTH - filled), 2, coloured);
  return `${name} ${bar} ${String(Math.floor(share * 100)).padStart(3)} % ${figure(rate)}/s, ${left}`;
}

function finished({ name, total }: ProgressStep, elapsed: number, coloured: boolean): string {
  const rate = elapsed > 0 ? `, ${figure(total / elapsed)}/s` : '';
  return `${paint('✓', 32, coloured)} ${name}: ${figure(total)} in ${duration(elapsed)}${rate}`;
}

function figure(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}

function duration(seconds: number): string {
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  if (seconds < 60) return `${Math.round(seconds)} s`;
  const whole = Math.round(seconds);
  return `${Math.floor(whole / 60)} min ${whole % 60} s`;
}

function paint(text: string, colour: number, coloured: boolean): string {
  return coloured && text !== '' ? `\u001b[${colour}m${text}\u001b[0m` : text;
}
