import { COPY_NULL, copyText, DAY, type Instant, instantText, Random, type SampleTable } from 'altiplano/sample';
import { moneyText, priceOf } from './prices.ts';
import { ratingsOf } from './reviews.ts';
import { CATEGORIES, MATERIALS, NOUNS, QUALITIES, TAGS } from './texts.ts';
import { idsOf, type World } from './world.ts';

const SPAN = 3 * 365 * DAY;
/** Names in a column of the specifications: so many make a document of more than 20 kB. */
const LARGE = 420;
const slugs = Object.keys(CATEGORIES);

export function categoryTable({ seed }: World): SampleTable {
  const id = idsOf(seed, 'category');
  const rows = Object.entries(CATEGORIES).map(([slug, [name = '', parent]], index) =>
    [id(index), copyText(name), slug, parent === undefined ? COPY_NULL : id(slugs.indexOf(parent))].join('\t'),
  );
  return { table: 'category', columns: ['id', 'name', 'slug', 'parent_id'], total: rows.length, rows: () => rows };
}

export function tagTable({ seed }: World): SampleTable {
  const id = idsOf(seed, 'tag');
  const rows = TAGS.map((name, index) => `${id(index)}\t${copyText(name)}`);
  return { table: 'tag', columns: ['id', 'name'], total: rows.length, rows: () => rows };
}

export function productTable(world: World): SampleTable {
  return {
    table: 'product',
    columns: [
      ...['id', 'category_id', 'name', 'slug', 'description', 'price', 'stock', 'specifications', 'is_active'],
      ...['created_at', 'updated_at', 'rating_count', 'rating_sum'],
    ],
    total: world.volume.products,
    rows: () => productRows(world),
  };
}

/** Oldest first; now and then two at one instant. */
function* productRows(world: World): Generator<string> {
  const { seed, anchor, volume } = world;
  const { counts, sums } = ratingsOf(world);
  const random = new Random(seed, 1);
  const [productId, categoryId] = [idsOf(seed, 'product'), idsOf(seed, 'category')];
  let created = anchor - SPAN;
  for (let index = 0; index < volume.products; index++) {
    const due = anchor - SPAN + Math.floor(((index + random.unit()) / volume.products) * SPAN);
    if (index === 0 || !random.chance(0.04)) created = Math.max(created, due);
    const noun = random.pick(NOUNS);
    const size = random.chance(0.3) ? ` ${10 * (1 + random.below(30))}` : '';
    const name = `${random.pick(QUALITIES)} ${random.pick(MATERIALS)} ${noun}${size}`;
    yield [
      productId(index),
      // The last category stays empty.
      categoryId(random.zipf(slugs.length - 1)),
      copyText(name),
      `${noun.toLowerCase().replaceAll(/[^a-z]+/g, '-')}-${index + 1}`,
      copyText(random.chance(0.1) ? '' : `${name}. As good as it gets, and repairable.`),
      moneyText(priceOf(seed, index)),
      random.chance(0.08) ? random.below(10) : random.below(2_000),
      copyText(specificationsOf(random, random.chance(0.02) ? LARGE : random.below(6))),
      !random.chance(0.04),
      instantText(created),
      instantText(updatedAt(random, created, anchor)),
      counts[index] ?? 0,
      sums[index] ?? 0,
    ].join('\t');
  }
}

const updatedAt = (random: Random, created: Instant, anchor: Instant) =>
  Math.floor(created + random.unit() * random.unit() * (anchor - created));

/** Digits and order are to come back as they were stored. */
function specificationsOf(random: Random, entries: number): string {
  const members = Array.from({ length: entries }, (_, index) => {
    const value = random.chance(0.2)
      ? `${random.below(9_000)}.${random.below(90) + 10}0`
      : `"${hex(random)}${hex(random)}"`;
    return `"property_${String(index).padStart(3, '0')}": {"value": ${value}, "unit": null}`;
  });
  return `{${members.join(', ')}}`;
}

const hex = (random: Random) => random.next().toString(16).padStart(8, '0');

export function productTagTable(world: World): SampleTable {
  const { seed, volume } = world;
  return {
    table: 'product_tag',
    columns: ['product_id', 'tag_id'],
    total: volume.products * 2,
    rows: () => productTagRows(world),
  };
  function* productTagRows({ volume: { products } }: World): Generator<string> {
    const random = new Random(seed, 2);
    const [productId, tagId] = [idsOf(seed, 'product'), idsOf(seed, 'tag')];
    for (let index = 0; index < products; index++) {
      const tags = new Set(Array.from({ length: random.below(5) }, () => random.zipf(TAGS.length)));
      for (const tag of tags) yield `${productId(index)}\t${tagId(tag)}`;
    }
  }
}
