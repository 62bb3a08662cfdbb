import { migrateApp } from 'altiplano/testing';
import { shop } from '../apps/shop/app.ts';
import { createDatabase, databaseUrl } from './server/database.ts';
import { openPostgres } from './server/postgres.ts';

const admin = process.argv[2] ?? '';
const name = 'six_reviews';
await createDatabase(admin, name);
const url = databaseUrl(admin, name);
await migrateApp(url, shop);
let last = Date.now();
await shop.sample.run({
  url,
  schema: 'shop',
  seed: 1,
  volume: { products: 50_000, shoppers: 20_000, orders: 400_000, reviews: 300_000 },
  progress: (x: { name: string; done: number; total: number }) => {
    if (x.done === x.total) {
      console.log(x.name, x.total, Date.now() - last);
      last = Date.now();
    }
  },
} as never);
