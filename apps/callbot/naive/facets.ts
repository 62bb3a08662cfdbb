import { Buffer } from 'node:buffer';
import { type Database, jsonArray, jsonObject, jsonOf } from 'altiplano/twin';
import type { Admission } from './admission.ts';
import { findCustomers } from './customer-rows.ts';
import type { ListQuery } from './list-query.ts';

const domains: Readonly<Record<string, readonly string[]>> = {
  status: ['active', 'inactive', 'blocked', 'pending'],
  quality: ['hot', 'warm', 'cold', 'dead'],
  call_status: ['pending', 'calling', 'completed', 'failed'],
  is_test: ['true', 'false'],
  checked: ['true', 'false'],
};

export const facetNames = [...Object.keys(domains), 'carrier', 'labels'];

/** The `facets` key: for each facet the customers with each value, under all filters but those of the facet itself. */
export async function writeFacets(database: Database, admission: Admission, query: ListQuery): Promise<string> {
  const members: [string, string][] = [];
  for (const facet of query.facets) {
    const others = query.filters.filter(({ over }) => over !== facet).map(({ condition }) => condition);
    const conditions = [...admission.conditions, ...others];
    const found = await findCustomers(database, conditions, query.search, { offset: 0, limit: null });
    const ids = found.map((row) => row.key);
    members.push([facet, await (facet === 'labels' ? countLabels(database, ids) : countValues(database, facet, ids))]);
  }
  return jsonObject(members);
}

async function countValues(database: Database, column: string, ids: readonly string[]): Promise<string> {
  const rows = await database.rows<{ text: string | null; value: string; count: string }>(
    `SELECT ${column}::text AS text, ${jsonOf(column)} AS value, count(*)::text AS count
     FROM ${database.table('customer')} WHERE id = ANY($1::uuid[]) GROUP BY ${column}`,
    [ids],
  );
  const place = (text: string | null) => domains[column]?.indexOf(text ?? '') ?? 0;
  const sorted = rows.sort((a, b) => {
    if (a.text === null || b.text === null) return a.text === null ? 1 : -1;
    // The bytes of UTF-8 are in the order of code points; JavaScript's own comparison is not.
    return place(a.text) - place(b.text) || Buffer.compare(Buffer.from(a.text), Buffer.from(b.text));
  });
  return jsonArray(sorted.map(({ value, count }) => jsonObject(Object.entries({ value, count }))));
}

async function countLabels(database: Database, ids: readonly string[]): Promise<string> {
  const rows = await database.rows<Record<string, string>>(
    `SELECT ${jsonOf('label.id')} AS value, count(*)::text AS count, ${jsonOf('label.name')} AS name
     FROM ${database.table('customer_campaign_labels')} link
     JOIN ${database.table('label')} label ON label.id = link.label_id
     WHERE link.customer_id = ANY($1::uuid[]) GROUP BY label.id, label.name ORDER BY label.id`,
    [ids],
  );
  return jsonArray(
    rows.map(({ value, count, name }) => jsonObject(Object.entries({ value, count, name }) as [string, string][])),
  );
}
