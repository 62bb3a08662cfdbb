import type { Section } from './bed.ts';
import { cold } from './sections/cold.ts';
import { adversarial, filters } from './sections/filters.ts';
import { inserts } from './sections/inserts.ts';
import { memory } from './sections/memory.ts';
import { mixed } from './sections/mixed.ts';
import { naive } from './sections/naive.ts';
import { pages } from './sections/pages.ts';
import { peers } from './sections/peers.ts';
import { sizes } from './sections/sizes.ts';
import { throughput } from './sections/throughput.ts';
import { verify } from './sections/verify.ts';
import { writes } from './sections/writes.ts';

/** In this order: what writes comes after what reads, what restarts the database last. */
export const SECTIONS: readonly Section[] = [
  sizes,
  pages,
  throughput,
  filters,
  adversarial,
  memory,
  peers,
  naive,
  writes,
  mixed,
  inserts,
  verify,
  cold,
];
