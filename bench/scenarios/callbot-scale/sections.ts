import type { Section } from './bed.ts';
import { bitmapSizes } from './sections/bitmap-sizes.ts';
import { bitmapWrites } from './sections/bitmap-writes.ts';
import { breaker } from './sections/breaker.ts';
import { cold } from './sections/cold.ts';
import { adversarial, filters } from './sections/filters.ts';
import { inserts } from './sections/inserts.ts';
import { memory } from './sections/memory.ts';
import { mixed } from './sections/mixed.ts';
import { naive } from './sections/naive.ts';
import { orders } from './sections/orders.ts';
import { pages } from './sections/pages.ts';
import { peers } from './sections/peers.ts';
import { sizes } from './sections/sizes.ts';
import { tail } from './sections/tail.ts';
import { throughput } from './sections/throughput.ts';
import { verify } from './sections/verify.ts';
import { writes } from './sections/writes.ts';

/** In this order: what writes comes after what reads, what restarts the database last. */
export const SECTIONS: readonly Section[] = [
  sizes,
  bitmapSizes,
  pages,
  throughput,
  filters,
  adversarial,
  breaker,
  orders,
  memory,
  peers,
  naive,
  writes,
  bitmapWrites,
  mixed,
  inserts,
  tail,
  verify,
  cold,
];
