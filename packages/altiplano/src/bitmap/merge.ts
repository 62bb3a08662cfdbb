import type { OwnerClient } from '../execute/owner.ts';
import { objectOf, titleOf } from '../keep/registered.ts';
import type { Turn } from '../keep/turn.ts';
import { name as quoted } from '../sql/text.ts';
import { SIZES } from './ddl/shape.ts';
import type { RegisteredBitmap } from './registry.ts';

/** Looks for segments to be merged, and has it done on the second connection: folding goes on meanwhile. */
export async function mergeBeside({ client, beside, pace, stopped }: Turn, bitmap: RegisteredBitmap): Promise<number> {
  const tenants = await readMergeable(client, bitmap);
  if (tenants.length === 0) return pace.merge;
  beside(titleOf(bitmap), async (other) => {
    for (const tenant of tenants) {
      if (!stopped()) await other.query(`select ${objectOf(bitmap, '_merge')}($1)`, [tenant]);
    }
  });
  return pace.merge;
}

/** Tenants with more small segments at their end than are left unmerged: `_merge` takes those, and no others. */
async function readMergeable(client: OwnerClient, bitmap: RegisteredBitmap): Promise<readonly string[]> {
  const tenant = quoted(bitmap.definition.tenant);
  const { rows } = await client.query<{ tenant: string }>(
    `select w.tenant
     from (
       select s.${tenant} as tenant, s.segment, s.width,
         max(s.segment) filter (where s.width > $1) over (partition by s.${tenant}) as large
       from ${objectOf(bitmap, '_segment')} s
     ) w
     where w.width <= $1 and (w.large is null or w.segment > w.large)
     group by 1 having count(*) > $2
     order by count(*) desc`,
    [SIZES.small, SIZES.smalls],
  );
  return rows.map(({ tenant: one }) => one);
}
