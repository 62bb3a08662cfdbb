import { migrateApp, type Template, withOwner } from 'altiplano/testing';
import { shop } from '../app.ts';
import { buildKept, shopKey } from './shop-database.ts';

/** Products; and as many orders of two items each, of twenty shoppers at most; one more has none. */
export const SIZES = [5, 1_500, 15_000] as const;
export const shopperOf = (number: number): string =>
  `00000000-0000-4000-8000-00000000${String(number).padStart(4, '0')}`;

const fill = (size: number) => `
insert into category (id, name, slug, parent_id) values
  ('00000000-0000-4000-8000-0000aaaa0001', 'Home', 'home', null),
  ('00000000-0000-4000-8000-0000aaaa0002', 'Kitchen', 'kitchen', '00000000-0000-4000-8000-0000aaaa0001'),
  ('00000000-0000-4000-8000-0000aaaa0003', 'Garden', 'garden', null);
insert into tag (id, name) values ('00000000-0000-4000-8000-0000bbbb0001', 'gift'), ('00000000-0000-4000-8000-0000bbbb0002', 'sale');
insert into shopper (id, email, name, role)
select ('00000000-0000-4000-8000-00000000' || lpad(n::text, 4, '0'))::uuid, n || '@example.org', 'Shopper ' || n,
  case n when 0 then 'staff' else 'shopper' end
from generate_series(0, least(${size}, 20) + 1) n;
insert into product (id, category_id, name, slug, price, stock, specifications, created_at)
select md5('product ' || n)::uuid, ('00000000-0000-4000-8000-0000aaaa000' || 1 + n % 3)::uuid,
  concat_ws(' ', (array['blue', 'red', 'crème', 'old'])[1 + n % 4], (array['kettle', 'shirt', 'lamp', 'chair', 'rake'])[1 + n % 5], n),
  'p' || n, n % 1000 / 10.0, n % 50, '{}', timestamptz '2026-01-01' + n * interval '10 minutes'
from generate_series(1, ${size}) n;
insert into product_tag select md5('product ' || n)::uuid, ('00000000-0000-4000-8000-0000bbbb000' || 1 + n % 2)::uuid from generate_series(1, ${size}) n;
insert into shop_order (id, shopper_id, status, created_at)
select md5('order ' || n)::uuid, ('00000000-0000-4000-8000-00000000' || lpad((1 + n % least(${size}, 20))::text, 4, '0'))::uuid,
  (array['pending', 'paid', 'shipped', 'cancelled'])[1 + n % 4], timestamptz '2026-01-01' + n * interval '10 minutes'
from generate_series(1, ${size}) n;
insert into order_item (order_id, shopper_id, day, counts, product_id, place, quantity, unit_price)
select o.id, o.shopper_id, o.day, o.counts, md5('product ' || (1 + (n + k * 3) % ${size}))::uuid, k, 1 + n % 3, 9.99
from generate_series(1, ${size}) n join shop_order o on o.id = md5('order ' || n)::uuid cross join generate_series(1, 2) k;
insert into review (product_id, shopper_id, rating, created_at)
select md5('product ' || n)::uuid, ('00000000-0000-4000-8000-00000000' || lpad(k::text, 4, '0'))::uuid, 1 + (n + k) % 5,
  timestamptz '2026-01-01' + n * interval '10 minutes'
from generate_series(1, ${size}) n cross join generate_series(1, 3) k;`;

export const sizedShop = (size: number): Template => ({
  name: `shop_sized_${size}`,
  key: `${shopKey()} 1 ${fill(size)}`,
  build: async (url) => {
    await migrateApp(url, shop);
    await withOwner(url, async (owner) => {
      await owner.query(`set search_path to shop; ${fill(size)} reset search_path;`);
    });
    await buildKept(url);
    await withOwner(url, async (owner) => {
      await owner.query('vacuum analyze');
    });
  },
});
