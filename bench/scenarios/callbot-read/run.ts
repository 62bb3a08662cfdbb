import type { progress } from 'altiplano/testing';
import type { Paired } from '../../measure/alternate.ts';
import type { Row } from '../../result/result.ts';
import { adversarialCases } from './adversarial-cases.ts';
import type { Case } from './case.ts';
import { casesOf } from './cases.ts';
import { measureCold } from './cold.ts';
import { openInstruments } from './instruments.ts';
import { readMarker } from './load.ts';
import { measureCase } from './measure-case.ts';
import { measureNetwork } from './network.ts';
import { readTenants } from './tenants.ts';
import { measureThroughput } from './throughput.ts';
import type { Effort, Volume } from './volume.ts';

export interface Bed {
  /** A loaded database. */
  readonly url: string;
  readonly volume: Volume;
  readonly effort: Effort;
  readonly restart: (() => Promise<string>) | null;
  readonly tell?: ReturnType<typeof progress>;
  /** Leaves out cases, for a test. */
  readonly wanted?: (subject: Case) => boolean;
}

export interface Measured {
  readonly rows: readonly Row[];
  /** altiplano ÷ limit by size. */
  readonly ratios: ReadonlyMap<number, Paired>;
}

/** Everything the scenario measures, on a database that is loaded. */
export async function measureAll(bed: Bed): Promise<Measured> {
  const { url, effort, tell = () => {}, wanted = () => true } = bed;
  const { firsts, refused, cases } = await chooseCases(bed);
  const chosen = cases.filter(wanted);
  const rows: Row[] = [];
  const ratios = new Map<number, Paired>();
  const instruments = await openInstruments(url);
  try {
    const total = firsts.length;
    for (const [done, first] of firsts.entries()) {
      tell({ name: 'throughput', done, total });
      const { rows: found, paired } = await measureThroughput(instruments, first, effort);
      ratios.set(first.size, paired);
      rows.push(...found);
    }
    tell({ name: 'throughput', done: total, total });
    const biggest = firsts.at(-1);
    if (biggest !== undefined) rows.push(...(await measureNetwork(instruments, biggest, effort)));
    for (const [done, subject] of chosen.entries()) {
      tell({ name: 'cases', done, total: chosen.length });
      rows.push(...(await measureCase(instruments, subject, effort)));
    }
    tell({ name: 'cases', done: chosen.length, total: chosen.length });
  } finally {
    await instruments.close();
  }
  rows.push(...(await measureCold(bed.restart, firsts, refused, effort)));
  return { rows, ratios };
}

async function chooseCases({ url, volume }: Bed) {
  const marker = await readMarker(url);
  const tenants = await readTenants(url);
  const cases: Case[] = [];
  for (const [index, tenant] of tenants.entries()) {
    const stranger = tenants[(index + 1) % tenants.length] ?? tenant;
    cases.push(...(await casesOf(url, tenant, stranger)));
  }
  const firsts = cases.filter(({ name }) => name === 'first page');
  const refused = cases.find(({ status }) => status === 403);
  if (marker === null || refused === undefined) throw new Error('the database is not loaded');
  return { firsts, refused, cases: [...cases, ...adversarialCases(marker.adversarial, volume.adversarial)] };
}
