import { copyText, DAY, instantText, Random, type SampleTable } from 'altiplano/sample';
import { isRevenue, orderOf } from './orders.ts';
import { COMMENTS, FAMILY, GIVEN } from './texts.ts';
import { idsOf, type World } from './world.ts';

/** Staff, by whom a later run finds the sample again; and the shopper with the most orders. */
export const DEMO_EMAIL = 'staff@shop.example';
export const DEMO_SHOPPER = 'shopper@shop.example';

export function shopperTable(world: World): SampleTable {
  return {
    table: 'shopper',
    columns: ['id', 'email', 'name', 'role', 'created_at'],
    total: world.volume.shoppers + 1,
    rows: () => shopperRows(world),
  };
}

function* shopperRows({ seed, anchor, volume }: World): Generator<string> {
  const random = new Random(seed, 3);
  const id = idsOf(seed, 'shopper');
  for (let index = 0; index < volume.shoppers; index++) {
    const name = `${random.pick(GIVEN)} ${random.pick(FAMILY)}`;
    const email = index === 0 ? DEMO_SHOPPER : `s${index}@example.org`;
    const created = anchor - Math.floor(random.unit() * 800 * DAY);
    yield [id(index), email, copyText(name), 'shopper', instantText(created)].join('\t');
  }
  yield [id(volume.shoppers), DEMO_EMAIL, 'Stella Staff', 'staff', instantText(anchor - 900 * DAY)].join('\t');
}

export function reviewTable(world: World): SampleTable {
  return {
    table: 'review',
    columns: ['id', 'product_id', 'shopper_id', 'rating', 'comment', 'created_at'],
    total: world.volume.reviews,
    rows: () => reviewRows(world),
  };
}

/** Of what was bought, by who bought it, once; as many as there are, up to the volume. */
function* reviewRows(world: World): Generator<string> {
  const { seed, anchor, volume } = world;
  const random = new Random(seed, 4);
  const [reviewId, productId, shopperId] = [idsOf(seed, 'review'), idsOf(seed, 'product'), idsOf(seed, 'shopper')];
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
      const values = [productId(product), shopperId(order.shopper), rating, copyText(random.pick(COMMENTS))];
      yield [reviewId(written.size), ...values, instantText(created)].join('\t');
      written.add(pair);
    }
  }
}
