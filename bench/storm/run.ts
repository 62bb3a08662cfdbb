import { setTimeout as sleep } from 'node:timers/promises';
import { connectOwner } from 'altiplano';
import { buildBitmaps, buildRollups, buildSummaries, migrateApp, type progress } from 'altiplano/testing';
import { startFleet } from './fleet.ts';
import type { Ground, Outcome, Storm } from './storm.ts';

interface Rage {
  /** An empty database. */
  readonly url: string;
  readonly clients: number;
  readonly minutes: number;
  readonly tell: ReturnType<typeof progress>;
}

/** Wrong things that are told one by one; beyond, there are more of the same. */
const MOST_WRONG = 20;
/** Of kills: one is followed by a start, which takes seconds by itself. */
const PAUSE_MS = 3_000;
const RECOUNT_MS = 20_000;

export async function run(storm: Storm, { url, clients, minutes, tell }: Rage): Promise<Outcome> {
  await migrateApp(url, storm.app);
  for (const build of [buildRollups, buildBitmaps, buildSummaries]) await build(url, storm.app.schema);
  const owner = await connectOwner(url);
  const counts = new Map<string, number>();
  const wrong: string[] = [];
  const count = (what: string, by = 1) => void counts.set(what, (counts.get(what) ?? 0) + by);
  let isOver = false;
  let isSettled = false;
  await storm.prepare({ url, owner, clients });
  const fleet = await startFleet({ url, app: storm.app.name, servers: storm.servers, workers: storm.workers });
  const ground: Ground = {
    ...{ url, owner: owner, fleet, clients, count },
    isOver: () => isOver,
    wrong: (what) => void (wrong.length < MOST_WRONG && wrong.push(what)),
  };
  const recounting = await connectOwner(url);
  const recount = async (settled: boolean) => {
    for (const what of await storm.recount({ ...ground, owner: recounting }, settled)) ground.wrong(what);
    count('recounts');
  };
  try {
    const raging = storm.rage(ground).finally(() => {
      isSettled = true;
    });
    const total = Math.round(minutes * 60);
    const clock = async () => {
      for (let second = 0; second < total && !isSettled; second++) {
        tell({ name: storm.name, done: second, total });
        await sleep(1_000);
      }
      isOver = true;
    };
    const kills = async () => {
      for (await sleep(PAUSE_MS * Math.random()); !isSettled; await sleep(PAUSE_MS * Math.random()))
        count(`${await fleet.kill()}s killed`);
    };
    const recounts = async () => {
      for (let waited = 0; !isSettled; waited += 500) {
        await sleep(500);
        if (waited > 0 && waited % RECOUNT_MS === 0) await recount(false);
      }
    };
    await Promise.all([raging, clock(), kills(), recounts()]);
    await recount(true);
  } finally {
    isOver = true;
    isSettled = true;
    await fleet.stop();
    await Promise.all([owner.end(), recounting.end()]);
  }
  return { storm: storm.name, clients, minutes, counts: Object.fromEntries([...counts].sort()), wrong };
}
