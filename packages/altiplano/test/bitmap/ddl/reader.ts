import type { OwnerClient } from '../../../src/execute/owner.ts';
import { boundedTerm } from '../../../src/resource/term.ts';

/** Which rows have a term: `tenant term` → ids. */
type Sets = Map<string, Set<string>>;

const NAIVE = `
with deleted as (select i.*, concat(altiplano.fold(title), chr(31), coalesce(altiplano.fold(note), '')) as text from item i)
select shop_id, term, id from (
  select shop_id, 'live' as term, id from deleted where not gone
  union all select shop_id, coalesce('kind=' || kind, 'kind'), id from deleted
  union all select shop_id, coalesce('sold=' || sold::text, 'sold'), id from deleted
  union all select shop_id, coalesce('maker=' || maker, 'maker'), id from deleted
  union all select shop_id, 'extra.' || length(k) || '.' || k || '=' || (extra ->> k), id
    from deleted, lateral (select jsonb_object_keys(extra) where jsonb_typeof(extra) = 'object') o (k) where extra ->> k is not null
  union select shop_id, '~' || substr(text, n, 3), id from deleted, generate_series(1, length(text) - 2) n
  union all select shop_id, 'item_tag=' || tag_id, item_id from item_tag
  union all select shop_id, 'price<' || v || s, id from deleted, (select distinct price from deleted where price is not null) p (v),
    (values (''), ('=')) c (s) where price < v or (s = '=' and price = v)
  union all select shop_id, 'weight<' || v || s, id from deleted, (select distinct trim_scale(weight) from deleted where weight is not null) p (v),
    (values (''), ('=')) c (s) where weight < v or (s = '=' and weight = v)
) t`;

/** Evaluated at every call, whatever the order of the join: the function looks at the session's tenant. */
const ENTER = "set_config('altiplano.tenant', g.shop_id::text, true)::uuid";

const SETTLED = `
select b.shop_id, b.term, b.segment::text, b.bits::text from item_bitmap b
union all
select g.shop_id, 'price<' || v || s, p.segment::text, p.bits::text
from (select distinct shop_id from item_bitmap_segment) g, (select distinct price from item where price is not null) d (v),
  (values (''), ('=')) c (s), item_bitmap_price_between(${ENTER}, null, null, v, s = '=') p
union all
select g.shop_id, 'weight<' || v || s, p.segment::text, p.bits::text
from (select distinct shop_id from item_bitmap_segment) g, (select distinct trim_scale(weight) from item where weight is not null) d (v),
  (values (''), ('=')) c (s), item_bitmap_weight_between(${ENTER}, null, null, v, s = '=') p`;

/** Unfolded entries; a segment that is gone has left nothing to be taken by its number. */
const TAIL = `
select d.shop_id, d.id, d.made_at::text as at, alive.segment::text, case when alive.segment is not null then d.slot end as slot, d.born, d.minus, d.plus,
  d.old_price, d.new_price, trim_scale(d.old_weight) as old_weight, trim_scale(d.new_weight) as new_weight,
  array(select distinct t from altiplano.gram_terms(d.old_text) t) as old_grams,
  array(select distinct t from altiplano.gram_terms(d.new_text) t) as new_grams, p.segment::text as own, p.slot as place
from item_bitmap_tail d
left join item_bitmap_segment alive on alive.shop_id = d.shop_id and alive.segment = d.segment
left join lateral (
  select s.segment, s.folded from item_bitmap_segment s
  where s.shop_id = d.shop_id and (s.low_made_at, s.low_id) <= (d.made_at, d.id) order by s.segment desc limit 1
) s on true
left join lateral (
  select b.segment, b.block * 8 + (
    select u.n - 1 from unnest(b.ids, b.made_ats) with ordinality u (id, at, n) where u.id = d.id and u.at = d.made_at) as slot from item_bitmap_block b
  where b.shop_id = d.shop_id and (b.low_made_at, b.low_id) <= (d.made_at, d.id)
  order by b.low_made_at desc, b.low_id desc limit 1
) p on p.slot is not null
where pg_visible_in_snapshot(d.writer, s.folded) is not true`;

const VALUES = `select 'price' as column, array(select distinct price from item where price is not null) as values
union all select 'weight', array(select distinct trim_scale(weight)::float8 from item where weight is not null)`;

/**
 * Terms whose rows are not the same by both accounts, in one snapshot, and what else may never be: a delta that takes what
 * is not there, a live row with two places. `client` is not in a transaction.
 */
export async function wrongTerms(client: OwnerClient): Promise<readonly string[]> {
  await client.query('begin isolation level repeatable read');
  try {
    const naive: Sets = new Map();
    for (const { shop_id, term, id } of (await client.query(NAIVE)).rows)
      add(naive, `${shop_id} ${boundedTerm(term)}`, id);
    const problems: string[] = [];
    const kept = await readKept(client, problems);
    const live = (shop: string, sets: Sets) => sets.get(`${shop} live`) ?? new Set();
    for (const key of new Set([...naive.keys(), ...kept.keys()])) {
      const shop = key.slice(0, 36);
      const [own, other] = [naive, kept].map((sets) =>
        [...(sets.get(key) ?? [])].filter((id) => live(shop, sets).has(id)).sort(),
      );
      if (String(own) !== String(other))
        problems.push(`${key}: rows ${own?.length}, kept ${other?.length}: ${difference(own, other)}`);
    }
    return problems.sort();
  } finally {
    await client.query('rollback');
  }
}

async function readKept(client: OwnerClient, problems: string[]): Promise<Sets> {
  const settled = new Map<string, string>();
  const terms = new Map<string, Set<string>>();
  for (const { shop_id, term, segment, bits } of (await client.query(SETTLED)).rows) {
    settled.set(`${shop_id} ${term} ${segment}`, bits);
    terms.set(shop_id, (terms.get(shop_id) ?? new Set()).add(term));
  }
  const ids = new Map<string, string>();
  const blocks = await client.query(
    `select b.shop_id, b.segment::text, b.block * 8 + u.n - 1 as slot, u.id
     from item_bitmap_block b, unnest(b.ids) with ordinality u (id, n)`,
  );
  for (const { shop_id, segment, slot, id } of blocks.rows) ids.set(`${shop_id} ${segment} ${slot}`, id);
  const values = Object.fromEntries(
    (await client.query(VALUES)).rows.map((row) => [row.column, row.values.map(Number)]),
  );

  // Deltas by where they go: a settled place, or a row that has none yet.
  const deltas = new Map<string, Map<string, number>>();
  const rowOf = new Map<string, string>();
  for (const entry of (await client.query(TAIL)).rows) {
    const slot = entry.slot ?? entry.place;
    const segment = entry.slot === null ? entry.own : entry.segment;
    const place =
      slot === null ? `${entry.shop_id} new ${entry.at} ${entry.id}` : `${entry.shop_id} ${segment} ${slot}`;
    rowOf.set(place, entry.id);
    const sums = deltas.get(place) ?? new Map<string, number>();
    deltas.set(place, sums);
    const add = (list: readonly string[] | null, sign: number) => {
      for (const term of list ?? []) sums.set(term, (sums.get(term) ?? 0) + sign);
    };
    add(entry.minus, -1);
    add(entry.plus, 1);
    add(entry.old_grams, -1);
    add(entry.new_grams, 1);
    for (const column of ['price', 'weight']) {
      add(belows(column, entry[`old_${column}`], values[column]), -1);
      add(belows(column, entry[`new_${column}`], values[column]), 1);
    }
  }

  const kept: Sets = new Map();
  for (const [key, bits] of settled) {
    const [shop, rest] = [key.slice(0, 36), key.slice(37)];
    const at = rest.lastIndexOf(' ');
    const [term, segment] = [rest.slice(0, at), rest.slice(at + 1)];
    for (let slot = bits.indexOf('1'); slot !== -1; slot = bits.indexOf('1', slot + 1)) {
      const place = `${shop} ${segment} ${slot}`;
      const sums = deltas.get(place);
      const sum = 1 + (sums?.get(term) ?? 0);
      sums?.set(term, 0);
      if (sum !== 0 && sum !== 1) problems.push(`${place} ${term}: settled, and ${sum - 1} on top`);
      if (sum > 0)
        add(kept, `${shop} ${term}`, ids.get(place) ?? `nobody at ${place}`, term === 'live' ? problems : undefined);
    }
  }
  for (const [place, sums] of deltas) {
    for (const [term, sum] of sums) {
      if (sum !== 0 && sum !== 1) problems.push(`${place} ${term}: not settled, and ${sum} on top`);
      if (sum > 0)
        add(kept, `${place.slice(0, 36)} ${term}`, rowOf.get(place) ?? '', term === 'live' ? problems : undefined);
    }
  }
  return kept;
}

/** Terms of the comparisons that a value meets. */
function belows(column: string, value: number | string | null, values: readonly number[] = []): readonly string[] {
  if (value === null) return [];
  const own = Number(value);
  const before = (other: number) => (Number.isNaN(other) ? !Number.isNaN(own) : own < other);
  const print = (one: number) => (one === Infinity ? 'Infinity' : one === -Infinity ? '-Infinity' : String(one));
  return values.flatMap((other) => [
    ...(before(other) ? [`${column}<${print(other)}`] : []),
    ...(before(other) || other === own || (Number.isNaN(other) && Number.isNaN(own))
      ? [`${column}<${print(other)}=`]
      : []),
  ]);
}

function add(sets: Sets, key: string, id: string, problems?: string[]): void {
  const set = sets.get(key) ?? new Set();
  if (set.has(id)) problems?.push(`${key}: ${id} twice`);
  sets.set(key, set.add(id));
}

function difference(own: readonly string[] = [], other: readonly string[] = []): string {
  const missing = own.filter((id) => !other.includes(id));
  const extra = other.filter((id) => !own.includes(id));
  return `missing ${missing.slice(0, 3)}, too many ${extra.slice(0, 3)}`;
}
