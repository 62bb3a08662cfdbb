import { setTimeout as sleep } from 'node:timers/promises';
import { connectOwner, type OwnerClient } from 'altiplano';
import { withOwner } from 'altiplano/testing';

/** Customers whose columns are written, and put back afterwards. */
const KEPT = 20_000;

const KEEP = `
  drop table if exists bench.kept;
  create table bench.kept as
    select row_number() over () as place, id, status, quality, checked, duration, other_attributes
    from (select * from callbot.customer where workspace_id = bench.key('workspace', 0) and not is_deleted
          order by hashtext(id::text) limit ${KEPT}) c;
  alter table bench.kept add primary key (place)`;

const RESTORE = `
  update callbot.customer c
  set status = k.status, quality = k.quality, checked = k.checked, duration = k.duration, other_attributes = k.other_attributes
  from bench.kept k where c.id = k.id and c.workspace_id = bench.key('workspace', 0);
  delete from callbot.customer where workspace_id = bench.key('workspace', 0) and name like 'Bench tail %';
  drop table bench.kept`;

const OF =
  "workspace_id = bench.key('workspace', 0) and id = (select id from bench.kept where place = 1 + $1::bigint * 7919 % (select max(place) from bench.kept))";

/** Ten writes in turn: six changes of one filtered column, a range, attributes, two new customers. */
const WRITES = [
  `update callbot.customer set checked = not checked where ${OF}`,
  `update callbot.customer set status = case status when 'active' then 'inactive' else 'active' end where ${OF}`,
  `update callbot.customer set quality = case quality when 'hot' then 'cold' else 'hot' end where ${OF}`,
  `update callbot.customer set checked = not checked where ${OF}`,
  `update callbot.customer set status = case status when 'pending' then 'active' else 'pending' end where ${OF}`,
  `update callbot.customer set quality = 'warm' where ${OF}`,
  `update callbot.customer set duration = duration + 1 where ${OF}`,
  `update callbot.customer set other_attributes = other_attributes || jsonb_build_object('plan', 'tail' || $1::bigint % 3) where ${OF}`,
  ...Array(2).fill(
    `insert into callbot.customer (id, workspace_id, name, phone, status, created_at)
     values (gen_random_uuid(), bench.key('workspace', 0), 'Bench tail ' || $1::bigint, '+84000', 'pending', now())`,
  ),
] as readonly string[];

const SESSIONS = 12;

export interface Paced {
  /** Milliseconds from when each was due until it was committed. */
  readonly samples: readonly number[];
  readonly perSecond: number;
}

/** Writes of one row, each durable, at a rate that does not wait for them; everything is put back at the end. */
export async function writePaced(url: string, perSecond: number, seconds: number): Promise<Paced> {
  await withOwner(url, (client) => client.query(KEEP));
  const clients = await Promise.all(Array.from({ length: SESSIONS }, () => connectOwner(url)));
  const samples: number[] = [];
  const began = performance.now();
  let next = 0;
  const loop = async (client: OwnerClient) => {
    for (let turn = next++; turn < perSecond * seconds; turn = next++) {
      const due = began + (turn * 1000) / perSecond;
      if (performance.now() < due) await sleep(due - performance.now());
      const kind = turn % WRITES.length;
      await client.query({ name: `write${kind}`, text: WRITES[kind] ?? '', values: [turn] });
      samples.push(performance.now() - due);
    }
  };
  try {
    await Promise.all(clients.map(loop));
    return { samples, perSecond: (samples.length * 1000) / (performance.now() - began) };
  } finally {
    await Promise.all(clients.map((client) => client.end()));
  }
}

/** Takes as long as writing anything does. */
export async function putBack(url: string): Promise<void> {
  await withOwner(url, (client) => client.query(RESTORE));
}
