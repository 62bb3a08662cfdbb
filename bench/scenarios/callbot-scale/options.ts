import type { Flags } from '../../scenario.ts';
import type { Section } from './bed.ts';
import { SECTIONS } from './sections.ts';
import { BRIEF, type Effort, FULL, QUICK, THOROUGH, type Volume } from './volume.ts';

export interface Choice {
  /** What the result is called: figures of another volume do not replace those of the usual one. */
  readonly scenario: string;
  readonly volume: Volume;
  readonly effort: Effort;
  /** Database of this volume. */
  readonly name: string;
  /** None: load only. */
  readonly sections: readonly Section[];
  /** Whether rows of an earlier run stay where this one measures nothing. */
  readonly kept: boolean;
  readonly fresh: boolean;
}

export const NAME = 'callbot-scale';
const LOAD = 'load';

/** @throws when an option makes no sense */
export function chooseRun(quick: boolean, flags: Flags): Choice {
  const usual = quick ? QUICK : FULL;
  const customers = count('customers', flags.customers, usual.customers);
  const calls = count('calls', flags.calls, usual.calls);
  const volume = { ...usual, customers, calls };
  const { only } = flags;
  const isUsual = customers === usual.customers && calls === usual.calls;
  return {
    scenario: isUsual ? NAME : `${NAME}-${customers}-${calls}`,
    volume,
    effort: quick ? BRIEF : THOROUGH,
    name: `bench_scale_${customers}_${calls}${quick ? '_quick' : ''}`,
    sections: typeof only === 'string' ? choose(only.split(',')) : SECTIONS,
    kept: only !== undefined,
    fresh: flags.fresh === true,
  };
}

function choose(words: readonly string[]): readonly Section[] {
  const names = SECTIONS.map(({ name }) => name);
  const unknown = words.find((word) => word !== LOAD && !names.includes(word));
  if (unknown !== undefined) throw new Error(`--only ${unknown}: there are ${[LOAD, ...names].join(', ')}`);
  return SECTIONS.filter(({ name }) => words.includes(name));
}

function count(name: string, given: Flags[string], usual: number): number {
  if (given === undefined) return usual;
  const value = Number(given);
  if (!Number.isSafeInteger(value) || value < 1_000) throw new Error(`--${name} ${given}: a whole number from 1000`);
  return value;
}
