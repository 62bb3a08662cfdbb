/** Shop's tables as a Kysely-style `DB` interface; `altiplano` checks it against the live catalog at start. */
export interface ShopTables {
  category: { id: string; name: string; slug: string; parent_id: string | null };
  tag: { id: string; name: string };
  product: {
    id: string;
    category_id: string;
    name: string;
    slug: string;
    description: string;
    price: string;
    stock: number;
    specifications: unknown;
    is_active: boolean;
    is_withdrawn: boolean;
    created_at: Date;
    updated_at: Date;
    rating_count: number;
    rating_sum: number;
    average_rating: string | null;
    price_cents: string;
    in_stock: boolean;
    rating_order: number;
  };
  product_tag: { product_id: string; tag_id: string };
  product_category: { product_id: string; category_id: string };
  shopper: { id: string; email: string; name: string; role: string; created_at: Date };
  review: {
    id: string;
    product_id: string;
    shopper_id: string;
    rating: number;
    comment: string;
    created_at: Date;
  };
  shop_order: {
    id: string;
    shopper_id: string;
    status: string;
    created_at: Date;
    updated_at: Date;
    item_count: string;
    total: string;
    day: string;
    counts: boolean;
  };
  order_item: {
    id: string;
    order_id: string;
    product_id: string;
    shopper_id: string;
    place: number;
    quantity: number;
    unit_price: string;
    line_total: string;
    day: string;
    counts: boolean;
  };
}
