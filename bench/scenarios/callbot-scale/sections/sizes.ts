import { withOwner } from 'altiplano/testing';
import { makeRow, type Row } from '../../../result/result.ts';
import type { Section } from '../bed.ts';
import { rememberSizes } from '../load/relation-sizes.ts';

/** Tables and indexes: bytes a row of its table, in the legacy state and in ours. */
export const sizes: Section = {
  name: 'sizes',
  async *measure(bed) {
    yield await withOwner(bed.url(), async (client) => {
      await rememberSizes(client, 'altiplano');
      const { rows } = await client.query<Size>(
        'select stage, relation, kind, parent, bytes::float8 as bytes, rows from bench.relation_size s where s.bytes > 65536 order by stage desc, s.bytes desc',
      );
      const of = bed.volume.customers;
      return [
        ...rows.map((size) => rowOf(size, of)),
        ...['legacy', 'altiplano'].map((stage) => productionRow(rows, stage, of)),
      ];
    });
  },
};

interface Size {
  readonly stage: string;
  readonly relation: string;
  readonly kind: string;
  readonly parent: string;
  readonly bytes: number;
  readonly rows: number;
}

function rowOf({ stage, relation, kind, parent, bytes, rows }: Size, size: number): Row {
  const each = rows > 0 ? `, ${(bytes / rows).toFixed(1)} bytes a row of ${parent}` : '';
  return makeRow({ case: `size: ${relation}`, variant: stage, size, note: `${kind}, ${bytes} bytes${each}` });
}

/** The described production's indexes, from the bytes a row that were measured. */
function productionRow(sizes: readonly Size[], stage: string, size: number): Row {
  const indexes = sizes.filter((one) => one.stage === stage && one.kind === 'index');
  const rowsOf = (relation: string) =>
    sizes.find((one) => one.stage === stage && one.relation === relation && one.kind === 'table')?.rows ?? Number.NaN;
  const total = indexes.reduce((sum, { parent, bytes }) => {
    const factor = parent === 'call' ? PRODUCTION.calls / rowsOf('call') : PRODUCTION.customers / rowsOf('customer');
    return sum + bytes * factor;
  }, 0);
  const note = `${(total / 1e9).toFixed(1)} GB, ${indexes.length} indexes, bytes a row as measured here`;
  return makeRow({ case: 'size: all indexes at 70 M customers and 1 B calls', variant: stage, size, note });
}

const PRODUCTION = { customers: 70e6, calls: 1e9 };
