// Through its own importer and API: 40 products of 3 variants, 10 facet values, 6 collections, 12 customers with an order each.
import { writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bootstrap, JobQueueService, TransactionalConnection } from '@vendure/core';
import { populate } from '@vendure/core/cli/index.js';
import { config } from './config.mjs';

const { ORIGIN } = process.env;
const head =
  'name,slug,description,assets,facets,optionGroups,optionValues,sku,price,taxCategory,stockOnHand,trackInventory,variantAssets,variantFacets';
const rows = Array.from({ length: 40 }, (_, product) =>
  ['small', 'medium', 'large'].map((size, variant) => {
    const facets = `category:kind-${product % 6}|brand:brand-${product % 4}`;
    const own = [`Product ${product}`, `product-${product}`, 'A thing to buy.', '', facets, 'size'];
    const first = variant === 0 ? own : ['', '', '', '', '', ''];
    return [...first, size, `P${product}-${variant}`, '19.99', 'standard', '1000', 'false', '', ''].join(',');
  }),
).flat();
const csv = join(tmpdir(), `foreign-vendure-${process.pid}.csv`);
writeFileSync(csv, [head, ...rows].join('\n'));
const initial = {
  defaultLanguage: 'en',
  defaultZone: 'Europe',
  countries: [{ name: 'Austria', code: 'AT', zone: 'Europe' }],
  taxRates: [{ name: 'Standard Tax', percentage: 20 }],
  shippingMethods: [{ name: 'Standard', price: 500 }],
  paymentMethods: [
    {
      name: 'Dummy',
      handler: { code: 'dummy-payment-handler', arguments: [{ name: 'automaticSettle', value: 'true' }] },
    },
  ],
  collections: Array.from({ length: 6 }, (_, number) => ({
    name: `Collection ${number}`,
    filters: [{ code: 'facet-value-filter', args: { facetValueNames: [`kind-${number}`], containsAny: false } }],
  })),
};
const app = await populate(() => bootstrap({ ...config, apiOptions: { ...config.apiOptions, port: 0 } }), initial, csv);
// What collections hold and what is searched is worked out by its jobs, which lie in this process's memory.
await app.get(JobQueueService).start();
const connection = app.get(TransactionalConnection);
const counts =
  'select (select count(*) from collection_product_variants_product_variant) > 0 and (select count(*) from search_index_item) >= 120 as done';
for (let waited = 0; waited < 60; waited++) {
  const [{ done }] = await connection.rawConnection.query(counts);
  if (done) break;
  await new Promise((resolve) => setTimeout(resolve, 500));
}
await app.close();

async function ask(path, query, variables, token) {
  const response = await fetch(`${ORIGIN}/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(token ? { authorization: `Bearer ${token}` } : {}) },
    body: JSON.stringify({ query, variables }),
  });
  const { data, errors } = await response.json();
  if (errors !== undefined) throw new Error(`${path}: ${JSON.stringify(errors).slice(0, 500)}`);
  return { data, token: response.headers.get('vendure-auth-token') ?? token };
}

const login = await ask(
  'admin-api',
  'mutation { login(username: "superadmin", password: "superadmin") { __typename } }',
);
let order = '';
for (let number = 0; number < 12; number++) {
  let token;
  for (let line = 0; line < 6; line++) {
    const variables = { id: String(1 + ((number * 7 + line * 5) % 120)) };
    const add = 'mutation ($id: ID!) { addItemToOrder(productVariantId: $id, quantity: 2) { __typename } }';
    ({ token } = await ask('shop-api', add, variables, token));
  }
  const customer = { firstName: 'Ada', lastName: `Number ${number}`, emailAddress: `ada-${number}@mail.example` };
  const set = 'mutation ($c: CreateCustomerInput!) { setCustomerForOrder(input: $c) { __typename } }';
  await ask('shop-api', set, { c: customer }, token);
  order = token;
}
console.log(JSON.stringify({ ADMIN: login.token, SHOPPER: order }));
process.exit(0);
