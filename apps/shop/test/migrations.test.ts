import { readFileSync } from 'node:fs';
import { describeMigrations } from 'altiplano/testing';
import { expect, test } from 'vitest';
import { shop } from '../app.ts';
import { CATEGORIES, ORDERS, PRODUCTS, ROWS, SHOPPERS } from './fixture.ts';

describeMigrations(shop, {
  fill: (owner) => owner.query(ROWS),
  own: ({ owner, rows }) => {
    test('the database keeps what no row alone can say, whoever writes', async () => {
      const { pot, kettle } = PRODUCTS;
      const refused: readonly (readonly [text: string, constraint: string])[] = [
        [`update shop.category set parent_id = '${CATEGORIES.cafe}' where slug = 'home'`, 'category_ancestry'],
        [`update shop.category set parent_id = id where slug = 'home'`, 'category_parent'],
        [`update shop.product set price = -0.01 where id = '${pot}'`, 'product_price'],
        [`update shop.product set stock = stock - 4 where id = '${pot}'`, 'product_stock'],
        [`update shop.order_item set quantity = 0`, 'order_item_quantity'],
        [`update shop.order_item set counts = not counts`, 'order_item_order'],
        [
          `update shop.order_item set shopper_id = '${SHOPPERS.bo}' where order_id = '${ORDERS.shipped}'`,
          'order_item_order',
        ],
        [`update shop.shop_order set status = 'pending' where id = '${ORDERS.shipped}'`, 'shop_order_status_moves'],
        [`update shop.shop_order set status = 'shipped' where id = '${ORDERS.pending}'`, 'shop_order_status_moves'],
        [`update shop.review set rating = 5`, 'review_unchanged'],
        [
          `insert into shop.review (product_id, shopper_id, rating) values ('${kettle}', '${SHOPPERS.ana}', 1)`,
          'review_once',
        ],
        [
          `insert into shop.review (product_id, shopper_id, rating) values ('${pot}', '${SHOPPERS.ana}', 6)`,
          'review_rating',
        ],
        [`delete from shop.product where id = '${kettle}'`, 'order_item_product_id_fkey'],
      ];
      for (const [text, constraint] of refused)
        await expect(owner().query(text), text).rejects.toMatchObject({ constraint });
    });

    test('what the first version of 0002 had and 0009 has now is gone', async () => {
      const text = readFileSync(new URL('../migrations/0011_taking.sql', import.meta.url), 'utf8');
      const [up] = text.split('-- Down Migration');
      await owner().query(`begin; set local search_path to shop;
        create function shop_order_forward() returns trigger language plpgsql as $$ begin return new; end $$;
        create trigger shop_order_forward before update of status on shop_order for each row execute function shop_order_forward();
        ${up}; commit`);
      const left = `select tgname from pg_trigger where tgname = 'shop_order_forward'
        union all select proname from pg_proc where proname = 'shop_order_forward'`;
      expect(await rows(left)).toEqual([]);
    });

    test('no category is fifty deep, whichever end of a branch is moved', async () => {
      await owner().query(`
        insert into shop.category (id, name, slug, parent_id)
        select md5(branch || n)::uuid, branch || n, branch || n, case when n > 1 then md5(branch || n - 1)::uuid end
        from (values ('a'), ('b')) v (branch), generate_series(1, 30) n order by branch, n`);
      const move = `update shop.category set parent_id = md5('a30')::uuid where slug = 'b1'`;
      await expect(owner().query(move)).rejects.toMatchObject({ constraint: 'category_ancestry' });
      await owner().query(move.replace('a30', 'a10'));
    });

    test('products are in all that lies above their category, wherever that is moved', async () => {
      const above = async (id: string) =>
        (
          await rows<{
            slug: string;
          }>(`select c.slug from shop.product_category l join shop.category c on c.id = l.category_id
                      where l.product_id = '${id}' order by 1`)
        ).map(({ slug }) => slug);
      expect(await above(PRODUCTS.pot)).toEqual(['cafe', 'home', 'kitchen']);
      await owner().query(`update shop.category set parent_id = '${CATEGORIES.garden}' where slug = 'kitchen'`);
      expect(await above(PRODUCTS.pot)).toEqual(['cafe', 'garden', 'kitchen']);
      expect(await above(PRODUCTS.kettle)).toEqual(['garden', 'kitchen']);
      await owner().query(`update shop.product set category_id = '${CATEGORIES.home}' where id = '${PRODUCTS.pot}'`);
      expect(await above(PRODUCTS.pot)).toEqual(['home']);
    });

    test('what is paid or cancelled reaches its items, and what was cancelled goes back', async () => {
      const items = () => rows(`select counts from shop.order_item where order_id = '${ORDERS.pending}'`);
      await owner().query(`update shop.shop_order set status = 'paid' where id = '${ORDERS.pending}'`);
      expect(await items()).toEqual([{ counts: true }]);
      await owner().query(`update shop.shop_order set status = 'cancelled' where id = '${ORDERS.pending}'`);
      expect(await items()).toEqual([{ counts: false }]);
      expect(await rows(`select stock from shop.product where id = '${PRODUCTS.chair}'`)).toEqual([{ stock: 104 }]);
    });
  },
});
