import type { OwnerClient } from '../../src/execute/owner.ts';
import { FIRMS } from './use-directory.ts';

export interface Asked {
  readonly page?: string;
  readonly size?: string;
  readonly search?: string;
}

/** Python's `int()`, as far as anybody sends it: digits of any script, of which the tests send fullwidth ones. */
function asInt(text: string): number | null {
  const plain = text.replace(/[０-９]/g, (digit) => String(digit.charCodeAt(0) - 0xff10));
  const digits = plain.trim().replace(/(?<=\d)_(?=\d)/g, '');
  return /^[-+]?[0-9]+$/.test(digits) ? Number(digits) : null;
}

/** Django's view, line by line: `Paginator(rows, size).get_page(page)`. */
export async function loadPeoples(owner: OwnerClient, firm: number, asked: Asked): Promise<string> {
  const rows = await items(
    owner,
    `select p.id, p.name, p.department from person p where p.firm_id = $1 and ${found(['p.name', 'p.email'])} order by p.name collate "C", p.id`,
    firm,
    asked,
  );
  let per_page = asInt(asked.size ?? '25');
  if (per_page === null || per_page < 1) per_page = 25;
  per_page = Math.min(per_page, 100);
  const num_pages = Math.ceil(Math.max(1, rows.length) / per_page);
  let number = asInt(asked.page ?? '1');
  if (number === null) number = 1;
  else if (number < 1 || number > num_pages) number = num_pages;
  const [has_next, has_previous] = [number < num_pages, number > 1];
  const shown = rows.slice((number - 1) * per_page, number * per_page);
  return `{"items":[${shown}],"total_count":${rows.length},"page_size":${per_page},"current_page":${number},"total_pages":${num_pages},"has_next":${has_next},"has_previous":${has_previous}}`;
}

/** Null where the page or its size is refused. */
export async function listOffices(
  owner: OwnerClient,
  firm: number,
  order: string,
  asked: Asked,
): Promise<string | null> {
  const [page, size] = [asked.page ?? '1', asked.size ?? '20'].map((text) => (/^\d+$/.test(text) ? Number(text) : 0));
  if (!page || !size || size > 100 || page > Number.MAX_SAFE_INTEGER) return null;
  const rows = await items(
    owner,
    `select o.id, o.name from office o where o.firm_id = $1 and not o.gone and ${found(['o.name'])} order by ${order}`,
    firm,
    asked,
  );
  const shown = rows.slice((page - 1) * size, page * size);
  return `{"items":[${shown}],"total":${rows.length},"page":${page},"size":${size},"has_next":${page * size < rows.length}}`;
}

const found = (columns: readonly string[]): string =>
  `($2::text is null or ${columns.map((one) => `strpos(altiplano.fold(${one}), altiplano.fold($2)) > 0`).join(' or ')})`;

async function items(owner: OwnerClient, text: string, firm: number, { search }: Asked): Promise<readonly string[]> {
  const { rows } = await owner.query(`select row_to_json(r)::text as item from (${text}) r`, [
    FIRMS[firm],
    search ?? null,
  ]);
  return rows.map(({ item }) => item as string);
}
