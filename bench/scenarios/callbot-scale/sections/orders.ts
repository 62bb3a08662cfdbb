import { openConnection } from '../../../measure/http-connection.ts';
import { round } from '../../../measure/samples.ts';
import { type Case, listCase } from '../../callbot-read/case.ts';
import { measureCase } from '../../callbot-read/measure-case.ts';
import type { Tenant } from '../../callbot-read/tenants.ts';
import type { Bed, Section } from '../bed.ts';

const COLUMNS = ['created_at', 'duration', 'name', 'total_calls', 'total_duration_seconds', 'total_cost'];
/** Pages that are walked to before the deep one is measured. */
const DEEP = 5;

/** Every order of the list, newest and deep, beside the default one; with a filter too. */
export const orders: Section = {
  name: 'orders',
  async *measure(bed) {
    const instruments = await bed.instruments();
    const effort = { ...bed.effort, burst: null };
    const usual = await measureCase(instruments, plain(bed.big, 'order: default', ''), effort);
    yield usual;
    const [{ p50_ms: base = null } = {}] = usual;
    for (const order of COLUMNS.flatMap((column) => [column, `-${column}`])) {
      for (const [name, query] of await queriesOf(bed, order)) {
        const rows = await measureCase(instruments, plain(bed.big, name, query), effort);
        yield rows.map((row) => ({
          ...row,
          note: `${row.p50_ms === null || base === null ? '–' : round(row.p50_ms / base)} × the default order; ${row.note}`,
        }));
      }
    }
  },
};

const plain = (tenant: Tenant, name: string, query: string): Case =>
  listCase(tenant, name, query, { naive: null, compared: false });

async function queriesOf(bed: Bed, order: string): Promise<readonly (readonly [string, string])[]> {
  const query = `order=${order}`;
  return [
    [`order: ${order}`, query],
    [`order: ${order}, page ${DEEP + 1}`, await deepOf(bed, query)],
    [`order: ${order}, filtered`, `${query}&status=active&quality=hot`],
    [`order: ${order}, filtered, rare`, `${query}&status=blocked&quality=dead`],
  ];
}

/** Follows `next` as a reader would. */
async function deepOf(bed: Bed, query: string): Promise<string> {
  const { api, askerOf } = await bed.instruments();
  const { token } = await askerOf(bed.big.admin);
  let url = `${api.origin}/api/v1/customers/?workspace_id=${bed.big.workspace}&${query}`;
  const connection = openConnection();
  for (let page = 0; page < DEEP; page++) {
    const { status, body } = await connection.ask({ url, headers: { authorization: `Bearer ${token}` } });
    const { next } = JSON.parse(body) as { readonly next?: string | null };
    if (status !== 200) throw new Error(`${url} answered ${status}`);
    if (!next) break;
    url = next;
  }
  connection.close();
  const found = new URL(url).searchParams;
  found.delete('workspace_id');
  return found.toString();
}
