import { type Instant, identifiersOf } from 'altiplano/sample';

export interface Volume {
  readonly products: number;
  readonly shoppers: number;
  readonly orders: number;
  readonly reviews: number;
}

/** What rows of different tables must agree on. */
export interface World {
  readonly seed: number;
  readonly anchor: Instant;
  readonly volume: Volume;
}

/** In this order for good: an id follows from a kind's place. */
export const idsOf = identifiersOf('category', 'tag', 'product', 'shopper', 'order', 'item', 'review');
