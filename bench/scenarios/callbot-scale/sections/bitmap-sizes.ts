import { withOwner } from 'altiplano/testing';
import { round } from '../../../measure/samples.ts';
import { makeRow } from '../../../result/result.ts';
import type { Section } from '../bed.ts';

/** What bitmaps take, table by table and by kind of term; the search and the attributes of any variety apart. */
export const bitmapSizes: Section = {
  name: 'bitmap-sizes',
  async *measure({ url, big }) {
    yield await withOwner(url(), async (client) => {
      const tables = await client.query<Taken>(TABLES);
      const families = await client.query<Family>(FAMILIES);
      const source = await client.query<{ bytes: number }>("select pg_table_size('callbot.customer')::float8 as bytes");
      const whole = source.rows[0]?.bytes ?? Number.NaN;
      const total = tables.rows.reduce((sum, { bytes, indexes }) => sum + bytes + indexes, 0);
      const attributes = families.rows.find(({ family }) => family === 'attributes')?.bytes ?? 0;
      const named = { variant: 'altiplano', size: big.size };
      const share = (bytes: number) => `${round((100 * bytes) / whole)} % of the table`;
      return [
        ...tables.rows.map(({ relation, bytes, indexes }) =>
          makeRow({
            ...named,
            case: `bitmap size: ${relation}`,
            note: `${bytes + indexes} bytes, of these ${indexes} indexes; ${share(bytes + indexes)}`,
          }),
        ),
        ...families.rows.map(({ family, terms, segments, bytes }) =>
          makeRow({
            ...named,
            case: `bitmap size: terms, ${family}`,
            note: `${bytes} bytes of ${terms} terms in ${segments} segments; ${share(bytes)}`,
          }),
        ),
        makeRow({
          ...named,
          case: 'bitmap size: all',
          note: `${total} bytes, ${share(total)}; without attributes ${share(total - attributes)}; the table ${whole} bytes; aim ≤ 25 %`,
        }),
      ];
    });
  },
};

interface Taken {
  readonly relation: string;
  readonly bytes: number;
  readonly indexes: number;
}

interface Family {
  readonly family: string;
  readonly terms: number;
  readonly segments: number;
  readonly bytes: number;
}

const TABLES = `
  select c.relname::text as relation, pg_table_size(c.oid)::float8 as bytes, pg_indexes_size(c.oid)::float8 as indexes
  from pg_class c
  where c.relnamespace = 'callbot'::regnamespace and c.relkind = 'r' and c.relname like 'customer\\_bitmap%'
  order by 2 desc`;

const FAMILIES = `
  select case when term like '~%' then 'search' when term like 'other\\_attributes.%' or term like '#%' then 'attributes'
      when term like 'customer\\_campaign\\_labels=%' then 'labels' when term like 'employee\\_id%' then 'employees' else 'facets' end as family,
    count(distinct (workspace_id, term))::float8 as terms, count(distinct (workspace_id, segment))::float8 as segments,
    sum(pg_column_size(bits) + pg_column_size(term))::float8 as bytes
  from callbot.customer_bitmap group by 1 order by 4 desc`;
