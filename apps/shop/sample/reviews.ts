import { copyText, DAY, type Instant, instantText, Random, type SampleTable } from 'altiplano/sample';
import { isRevenue, orderOf } from './orders.ts';
import { COMMENTS } from './texts.ts';
import { idsOf, type World } from './world.ts';

export function reviewTable(world: World): SampleTable {
  return {
    table: 'review',
    columns: ['id', 'product_id', 'shopper_id', 'rating', 'comment', 'created_at'],
    total: world.volume.reviews,
    rows: () => reviewRows(world),
    // Products bring along what their reviews come to: written by the trigger, a million reviews took seven minutes.
    brought: ['review_figures_insert'],
  };
}

/** How many reviews each product has, and the sum of their ratings. */
export function ratingsOf(world: World): { readonly counts: Uint32Array; readonly sums: Uint32Array } {
  const counts = new Uint32Array(world.volume.products);
  const sums = new Uint32Array(world.volume.products);
  for (const { product, rating } of reviewsOf(world)) {
    counts[product] = (counts[product] ?? 0) + 1;
    sums[product] = (sums[product] ?? 0) + rating;
  }
  return { counts, sums };
}

interface Review {
  readonly product: number;
  readonly shopper: number;
  readonly rating: number;
  readonly comment: string;
  readonly created: Instant;
}

/** Of what was bought, by who bought it, once; as many as there are, up to the volume. */
function* reviewsOf(world: World): Generator<Review> {
  const { seed, anchor, volume } = world;
  const random = new Random(seed, 4);
  const written = new Set<number>();
  const share = volume.reviews / Math.max(1, volume.orders);
  for (let index = 0; index < volume.orders && written.size < volume.reviews; index++) {
    const order = orderOf(world, index);
    if (!isRevenue(order)) continue;
    for (const { product } of order.items) {
      const pair = product * volume.shoppers + order.shopper;
      if (written.size >= volume.reviews || written.has(pair) || !random.chance(share)) continue;
      const created = Math.min(anchor, order.created + Math.floor(random.unit() * 20 * DAY));
      // Products differ: what many bought is not what they liked.
      const rating = Math.max(1, 5 - random.zipf(1 + (product % 5)));
      yield { product, shopper: order.shopper, rating, comment: random.pick(COMMENTS), created };
      written.add(pair);
    }
  }
}

function* reviewRows(world: World): Generator<string> {
  const { seed } = world;
  const [reviewId, productId, shopperId] = [idsOf(seed, 'review'), idsOf(seed, 'product'), idsOf(seed, 'shopper')];
  let place = 0;
  for (const { product, shopper, rating, comment, created } of reviewsOf(world)) {
    const values = [productId(product), shopperId(shopper), rating, copyText(comment)];
    yield [reviewId(place++), ...values, instantText(created)].join('\t');
  }
}
