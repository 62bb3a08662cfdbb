import { choices, DAY, type Instant, instantText, Random, type SampleTable } from 'altiplano/sample';
import { moneyText, priceOf } from './prices.ts';
import { idsOf, type World } from './world.ts';

const SPAN = 400 * DAY;
const STATUSES = choices(['shipped', 60], ['paid', 20], ['pending', 10], ['cancelled', 10]);
/** Items of an order are numbered from the order's own place on: at most so many. */
const MOST_ITEMS = 8;

interface Item {
  readonly product: number;
  readonly quantity: number;
  /** In cents: what it cost then. */
  readonly price: number;
}

export interface Order {
  readonly shopper: number;
  readonly status: string;
  readonly created: Instant;
  readonly items: readonly Item[];
}

/** Drawn by itself, so that orders, items and reviews agree without anybody keeping millions of them. */
export function orderOf({ seed, anchor, volume }: World, index: number): Order {
  const random = new Random(seed, 1_000 + index);
  // Now and then at the instant of the one before.
  const place = index > 0 && random.chance(0.02) ? index - 1 : index;
  const created = anchor - SPAN + Math.floor(((place + 0.5) / volume.orders) * SPAN);
  const products = new Set(Array.from({ length: 1 + random.zipf(MOST_ITEMS) }, () => random.zipf(volume.products)));
  return {
    shopper: random.zipf(volume.shoppers),
    status: random.weighted(STATUSES),
    created,
    items: [...products].map((product) => ({
      product,
      quantity: 1 + random.zipf(6),
      price: Math.floor((priceOf(seed, product) * (90 + random.below(21))) / 100),
    })),
  };
}

export const isRevenue = ({ status }: Order) => status === 'paid' || status === 'shipped';

export function orderTable(world: World): SampleTable {
  return {
    table: 'shop_order',
    columns: ['id', 'shopper_id', 'status', 'created_at', 'updated_at', 'item_count', 'total'],
    total: world.volume.orders,
    rows: () => orderRows(world),
  };
}

function* orderRows(world: World): Generator<string> {
  const [orderId, shopperId] = [idsOf(world.seed, 'order'), idsOf(world.seed, 'shopper')];
  for (let index = 0; index < world.volume.orders; index++) {
    const { shopper, status, created, items } = orderOf(world, index);
    const total = items.reduce((sum, { quantity, price }) => sum + quantity * price, 0);
    const count = items.reduce((sum, { quantity }) => sum + quantity, 0);
    const at = instantText(created);
    yield [orderId(index), shopperId(shopper), status, at, at, count, moneyText(total)].join('\t');
  }
}

export function itemTable(world: World): SampleTable {
  return {
    table: 'order_item',
    columns: ['id', 'order_id', 'shopper_id', 'product_id', 'place', 'quantity', 'unit_price', 'day', 'counts'],
    total: world.volume.orders * 3,
    rows: () => itemRows(world),
  };
}

function* itemRows(world: World): Generator<string> {
  const { seed, volume } = world;
  const [orderId, itemId] = [idsOf(seed, 'order'), idsOf(seed, 'item')];
  const [shopperId, productId] = [idsOf(seed, 'shopper'), idsOf(seed, 'product')];
  for (let index = 0; index < volume.orders; index++) {
    const order = orderOf(world, index);
    const day = instantText(order.created).slice(0, 10);
    for (const [place, { product, quantity, price }] of order.items.entries()) {
      const id = itemId(index * MOST_ITEMS + place);
      const values = [place + 1, quantity, moneyText(price), day, isRevenue(order)];
      yield [id, orderId(index), shopperId(order.shopper), productId(product), ...values].join('\t');
    }
  }
}
