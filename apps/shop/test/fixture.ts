const id = (kind: string, number: number): string =>
  `00000000-0000-4000-8000-${kind}${String(number).padStart(8, '0')}`;

/** Well-formed, and of nothing. */
export const MADE_UP = id('dead', 1);

export const SHOPPERS = { ana: id('0000', 1), bo: id('0000', 2), stella: id('0000', 9) } as const;
export const CATEGORIES = {
  home: id('aaaa', 1),
  kitchen: id('aaaa', 2),
  cafe: id('aaaa', 3),
  garden: id('aaaa', 4),
} as const;
export const TAGS = { gift: id('bbbb', 1), sale: id('bbbb', 2), ete: id('bbbb', 3) } as const;
export const PRODUCTS = {
  pot: id('cccc', 1),
  kettle: id('cccc', 2),
  chair: id('cccc', 3),
  rake: id('cccc', 4),
  gone: id('cccc', 5),
} as const;
export const ORDERS = { shipped: id('dddd', 1), pending: id('dddd', 2), foreign: id('dddd', 3) } as const;

/** Four products on sale and one that is not; orders of two shoppers, and reviews of what they bought. */
export const ROWS = `
insert into shop.category (id, name, slug, parent_id) values
  ('${CATEGORIES.home}', 'Home', 'home', null), ('${CATEGORIES.kitchen}', 'Kitchen', 'kitchen', '${CATEGORIES.home}'),
  ('${CATEGORIES.cafe}', 'Café', 'cafe', '${CATEGORIES.kitchen}'), ('${CATEGORIES.garden}', 'Garden', 'garden', null);
insert into shop.tag (id, name) values ('${TAGS.gift}', 'gift'), ('${TAGS.sale}', 'sale'), ('${TAGS.ete}', 'été');
insert into shop.shopper (id, email, name, role, created_at) values
  ('${SHOPPERS.ana}', 'ana@example.org', 'Ana', 'shopper', '2026-01-01Z'),
  ('${SHOPPERS.bo}', 'bo@example.org', 'Bo Åkesson', 'shopper', '2026-10-20Z'),
  ('${SHOPPERS.stella}', 'stella@example.org', 'Stella', 'staff', '2025-01-01Z');
insert into shop.product (id, category_id, name, slug, description, price, stock, specifications, is_active, created_at, updated_at) values
  ('${PRODUCTS.pot}', '${CATEGORIES.cafe}', 'Crème brûlée pot', 'creme-brulee-pot', 'Holds 1.5 l.', 12.5, 3, '{"litres": 1.50, "b": null, "a": [1, 2.0]}', true, '2026-01-01 08:00:00.000001Z', '2026-01-01Z'),
  ('${PRODUCTS.kettle}', '${CATEGORIES.kitchen}', 'Kettle', 'kettle', '', 40, 0, '{}', true, '2026-01-02Z', '2026-01-02Z'),
  ('${PRODUCTS.chair}', '${CATEGORIES.home}', 'Folding chair', 'folding-chair', '', 1250.50, 100, '{}', true, '2026-01-03Z', '2026-01-03Z'),
  ('${PRODUCTS.rake}', '${CATEGORIES.garden}', 'Rake', 'rake', '', 0, 2147483647, '{}', true, '2026-01-03Z', '2026-01-03Z'),
  ('${PRODUCTS.gone}', '${CATEGORIES.garden}', 'Kettle of old', 'old-kettle', '', 9.99, 7, '{}', false, '2026-01-05Z', '2026-01-05Z');
insert into shop.product_tag (product_id, tag_id) values
  ('${PRODUCTS.pot}', '${TAGS.sale}'), ('${PRODUCTS.pot}', '${TAGS.ete}'), ('${PRODUCTS.pot}', '${TAGS.gift}'), ('${PRODUCTS.rake}', '${TAGS.gift}');
insert into shop.shop_order (id, shopper_id, status, created_at, updated_at) values
  ('${ORDERS.shipped}', '${SHOPPERS.ana}', 'shipped', '2026-10-01 10:00Z', '2026-10-02Z'),
  ('${ORDERS.pending}', '${SHOPPERS.ana}', 'pending', '2026-10-03 10:00Z', '2026-10-03Z'),
  ('${ORDERS.foreign}', '${SHOPPERS.bo}', 'paid', '2026-10-02 10:00Z', '2026-10-02Z');
insert into shop.order_item (order_id, shopper_id, day, counts, product_id, place, quantity, unit_price)
select o.id, o.shopper_id, o.day, o.counts, i.product_id, i.place, i.quantity, i.unit_price
from (values
  ('${ORDERS.shipped}'::uuid, '${PRODUCTS.kettle}'::uuid, 1, 2, 39.99), ('${ORDERS.shipped}', '${PRODUCTS.pot}', 2, 1, 12.50),
  ('${ORDERS.shipped}', '${PRODUCTS.gone}', 3, 10, 9.99), ('${ORDERS.shipped}', '${PRODUCTS.rake}', 4, 1, 0),
  ('${ORDERS.pending}', '${PRODUCTS.chair}', 1, 4, 1250.50), ('${ORDERS.foreign}', '${PRODUCTS.kettle}', 1, 1, 40)
) i (order_id, product_id, place, quantity, unit_price) join shop.shop_order o on o.id = i.order_id;
insert into shop.review (id, product_id, shopper_id, rating, comment, created_at) values
  ('${id('eeee', 1)}', '${PRODUCTS.kettle}', '${SHOPPERS.ana}', 5, 'Boils.', '2026-10-05Z'),
  ('${id('eeee', 2)}', '${PRODUCTS.kettle}', '${SHOPPERS.bo}', 2, '', '2026-10-06 12:00:00.5Z');
`;
