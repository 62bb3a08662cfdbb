-- The contract's tables. There is one shop: no row belongs to a tenant.
-- Up Migration
create table category (
  id uuid primary key default gen_random_uuid(),
  name varchar(200) not null,
  slug varchar(100) not null unique,
  parent_id uuid references category,
  -- What lies above itself is refused by category_ancestry.
  constraint category_parent check (parent_id <> id)
);

create table tag (
  id uuid primary key default gen_random_uuid(),
  name varchar(100) not null unique
);

create table product (
  id uuid primary key default gen_random_uuid(),
  category_id uuid not null references category,
  name varchar(200) not null constraint product_name check (name <> ''),
  slug varchar(200) not null unique,
  description text not null default '',
  price numeric(12, 2) not null constraint product_price check (price >= 0),
  stock integer not null default 0 constraint product_stock check (stock >= 0),
  -- Often more than 20 kB, so out of line: no list reads it, and a change of price or stock does not write it again.
  specifications jsonb not null default '{}',
  is_active boolean not null default true,
  is_withdrawn boolean not null generated always as (not is_active) stored,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  -- Of its reviews; kept by triggers on them (0002). The product's row is written by every order anyway.
  rating_count integer not null default 0,
  rating_sum integer not null default 0,
  average_rating numeric(3, 2) generated always as (round(rating_sum::numeric / nullif(rating_count, 0), 2)) stored,
  -- What pages are in order of: comparing whole numbers is leakproof, comparing numeric is not. Without a rating: last.
  price_cents bigint not null generated always as ((price * 100)::bigint) stored,
  in_stock boolean not null generated always as (stock > 0) stored,
  rating_order integer not null generated always as (coalesce(round(100.0 * rating_sum / nullif(rating_count, 0)), -1)::integer) stored,
  constraint product_times check (created_at >= '0001-01-01' and created_at < '10000-01-01')
);

create table product_tag (
  product_id uuid not null references product on delete cascade,
  tag_id uuid not null references tag on delete cascade,
  primary key (product_id, tag_id)
);

-- A product's category and all that lie above it, kept by triggers: whoever asks for a category asks for one of these.
create table product_category (
  product_id uuid not null references product on delete cascade,
  category_id uuid not null references category,
  primary key (product_id, category_id)
);

create table shopper (
  id uuid primary key default gen_random_uuid(),
  email varchar(254) not null unique,
  name varchar(200) not null,
  role varchar(20) not null default 'shopper' constraint shopper_role check (role in ('shopper', 'staff')),
  created_at timestamptz not null default now()
);

create table review (
  id uuid primary key default gen_random_uuid(),
  product_id uuid not null references product on delete cascade,
  shopper_id uuid not null references shopper,
  rating smallint not null constraint review_rating check (rating between 1 and 5),
  comment text not null default '',
  created_at timestamptz not null default now(),
  constraint review_once unique (product_id, shopper_id),
  constraint review_times check (created_at >= '0001-01-01' and created_at < '10000-01-01')
);

create table shop_order (
  id uuid primary key default gen_random_uuid(),
  shopper_id uuid not null references shopper,
  status varchar(20) not null default 'pending'
    constraint shop_order_status check (status in ('pending', 'paid', 'shipped', 'cancelled')),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  -- Of its items; kept by a trigger on them (0002).
  item_count bigint not null default 0,
  total numeric(24, 2) not null default 0,
  -- The day (UTC) whose revenue it is, and whether it is any: its items follow by their foreign key.
  day date not null generated always as ((created_at at time zone 'UTC')::date) stored,
  counts boolean not null generated always as (status in ('paid', 'shipped')) stored,
  constraint shop_order_revenue unique (id, shopper_id, day, counts),
  constraint shop_order_times check (created_at >= '0001-01-01' and created_at < '10000-01-01')
);

create table order_item (
  id uuid primary key default gen_random_uuid(),
  order_id uuid not null,
  -- A product that was ordered stays: it is no longer sold, and still on the bill.
  product_id uuid not null references product,
  -- As it was ordered, from 1.
  place smallint not null constraint order_item_place check (place >= 1),
  quantity integer not null constraint order_item_quantity check (quantity >= 1),
  unit_price numeric(12, 2) not null constraint order_item_price check (unit_price >= 0),
  -- Of its order, which the foreign key follows: whose it is, the day (UTC) it belongs to, and whether it is revenue.
  shopper_id uuid not null,
  line_total numeric(24, 2) not null generated always as (quantity * unit_price) stored,
  day date not null,
  counts boolean not null,
  constraint order_item_once unique (order_id, product_id),
  constraint order_item_places unique (order_id, place),
  constraint order_item_order foreign key (order_id, shopper_id, day, counts)
    references shop_order (id, shopper_id, day, counts) on update cascade on delete cascade
);

-- Down Migration
do $$ begin
  if exists (select from category) or exists (select from shopper) or exists (select from tag) then
    raise exception 'the tables hold rows: reverting 0001 would drop them'
      using hint = format('If they are not needed any more: drop schema %I cascade;', current_schema());
  end if;
end $$;
drop table order_item, shop_order, review, shopper, product_category, product_tag, product, tag, category;
