import type { Breeder, Combination, Random } from './combination.ts';

/** What one try cost. */
export interface Cost {
  readonly buffers: number;
  readonly milliseconds: number;
}

export interface Tried extends Cost {
  readonly combination: Combination;
}

export interface Climb {
  readonly breeder: Breeder;
  readonly random: Random;
  readonly seconds: number;
  /** Null when it cannot be asked. */
  readonly tryOut: (combination: Combination) => Promise<Cost | null>;
}

export interface Climbed {
  /** The dearest by buffers and the dearest by time, each found by going on from its like. */
  readonly worst: readonly Tried[];
  readonly tried: number;
}

/** Kept of each kind. */
const KEPT = 24;
/** A third of the time anything goes; what is dear then is gone on from. */
const DRAWN = 1 / 3;

/** Goes uphill from the dearest found, by buffers and by time in turns, until the time is up. */
export async function climb({ breeder, random, seconds, tryOut }: Climb): Promise<Climbed> {
  const began = performance.now();
  const share = () => (performance.now() - began) / (seconds * 1000);
  const heights: readonly ((tried: Tried) => number)[] = [({ buffers }) => buffers, ({ milliseconds }) => milliseconds];
  const best: Tried[][] = heights.map(() => []);
  const seen = new Set<string>();
  let tried = 0;
  const attempt = async (combination: Combination) => {
    const key = JSON.stringify(combination);
    if (seen.has(key)) return;
    seen.add(key);
    const cost = await tryOut(combination);
    if (cost === null) return;
    tried++;
    for (const [kind, height] of heights.entries()) {
      const kept = best[kind] ?? [];
      kept.push({ combination, ...cost });
      kept.sort((one, other) => height(other) - height(one)).splice(KEPT);
    }
  };
  for (let turn = 0; share() < 1; turn++) {
    const parents = best[turn % best.length] ?? [];
    if (share() < DRAWN || parents.length < 2) {
      await attempt(breeder.draw());
      continue;
    }
    // The dearest most often.
    const parent = () => parents[Math.floor(parents.length * random() ** 2)] as Tried;
    const chance = random();
    if (chance < 0.1) await attempt(breeder.draw());
    else if (chance < 0.3) await attempt(breeder.cross(parent().combination, parent().combination));
    else await attempt(breeder.mutate(parent().combination));
  }
  const all = new Map(best.flat().map((one) => [JSON.stringify(one.combination), one]));
  return { worst: [...all.values()], tried };
}
