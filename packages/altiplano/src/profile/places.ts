import { type Captured, Stack } from './call-site.ts';
import { tablesOf } from './fingerprint/fingerprint.ts';
import { withoutValues } from './literals.ts';
import type { CallSite } from './recording.ts';

/** What was asked for, and the stack of who asked. */
export interface Asked {
  readonly text: string;
  readonly captured: Captured | null;
}

/** A function that asks for everything, often below another that asks for one row of anything. */
const MOST_FRAMES = 3;
const SEVERAL = Symbol('several tables');

/** By position, for the process: the table that is asked for there, or that there are several. */
const tablesAt = new WeakMap<CallSite, string | typeof SEVERAL>();

/**
 * Where each was asked for: the innermost frame of the program, but where that is one for several tables, which is what a program has put around
 * its driver, the one that called it. All are looked at before one is told, so that it has one place in one recording.
 */
export function placesOf<T extends Asked>(asked: readonly T[]): ReadonlyMap<T, CallSite> {
  const stacks = new Map<Captured, Stack>();
  const tables = new Map<string, string | null>();
  for (const { text, captured } of asked) {
    if (captured === null) continue;
    const stack = stacks.get(captured) ?? new Stack(captured);
    stacks.set(captured, stack);
    const table = tables.get(text) ?? tableOf(text);
    tables.set(text, table);
    learn(stack, table);
  }
  const places = new Map<T, CallSite>();
  for (const one of asked) {
    const place = one.captured === null ? null : placeIn(stacks.get(one.captured) as Stack);
    if (place !== null) places.set(one, place);
  }
  return places;
}

/** By their tables: one place asks for one thing in several ways, as a list with filters does. */
function tableOf(text: string): string | null {
  const { written, read } = tablesOf(withoutValues(text));
  for (const table of [...written, ...read]) return table;
  return null;
}

function learn(stack: Stack, table: string | null): void {
  if (table === null) return;
  for (let at = 0; at < MOST_FRAMES; at += 1) {
    const site = stack.at(at);
    if (site === null) return;
    const known = tablesAt.get(site);
    if (known !== table && known !== SEVERAL) tablesAt.set(site, known === undefined ? table : SEVERAL);
    if (tablesAt.get(site) !== SEVERAL) return;
  }
}

/** Where all are for several tables nobody knows which is the place: the caller of the innermost is near enough. */
function placeIn(stack: Stack): CallSite | null {
  for (let at = 0; at < MOST_FRAMES; at += 1) {
    const site = stack.at(at);
    if (site !== null && tablesAt.get(site) !== SEVERAL) return site;
  }
  return stack.at(1) ?? stack.at(0);
}
