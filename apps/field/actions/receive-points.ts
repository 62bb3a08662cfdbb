import { accept, action, refuse, sql } from 'altiplano';

const DAY_MS = 86_400_000;
/** Before any of the devices was made: what clocks say after a dead battery. */
const EARLIEST = Date.parse('2000-01-01T00:00:00Z');

const POINT = {
  people_id: accept.bigint(),
  identifier: accept.choice(['conveyance', 'external', 'internal', 'site', 'trip'], { required: true }),
  deviceid: accept.column('tracking', 'deviceid', { required: true }),
  receiveddate: accept.instant({ required: true }),
  latitude: accept.number({ required: true, range: [-90, 90] }),
  longitude: accept.number({ required: true, range: [-180, 180] }),
  accuracy: accept.number({ nullable: true, range: [0, 1e9] }),
  payload: accept.document({ otherwise: '{}' }),
};

/** Points as devices send them: late and repeated ones are counted and left out, since a device sends again what it may have lost. */
export const receivePoints = action({
  name: 'receive_points',
  method: 'POST',
  path: '/api/tracking/bulk/',
  summary: 'Receive points from devices',
  permission: null,
  body: { items: accept.list(POINT, { required: true, least: 1, most: 1_000 }) },
  refusals: {
    not_yours: {
      status: 403,
      message: 'These points are of somebody else.',
      hint: 'Leave `people_id` out, or let a supervisor send them.',
    },
  },
  reply: {
    status: 201,
    schema: {
      type: 'object',
      required: ['accepted', 'repeated', 'out_of_order'],
      properties: { accepted: { type: 'integer' }, repeated: { type: 'integer' }, out_of_order: { type: 'integer' } },
    },
    example: { accepted: 2, repeated: 1, out_of_order: 0 },
  },
  async handle({ query, body, caller, tenant, instant }) {
    refuseNonsense(body.items, instant === null ? Date.now() : Date.parse(instant));
    const items = body.items.map((item, place) => ({ ...item, place, people_id: item.people_id ?? caller.id }));
    const others = [...new Set(items.map(({ people_id }) => people_id))].filter((id) => id !== caller.id);
    if (others.length > 0) {
      if (caller.role !== 'supervisor') throw refuse('not_yours');
      const known = await query<{ id: string }>(sql`select id from field.people where id = any(${others}::bigint[])`);
      refuseUnknown(items, new Set([caller.id, ...known.map(({ id }) => id)]));
    }
    const points = sql.rows('p', items, {
      ...{ place: 'integer', people_id: 'bigint', identifier: 'text', deviceid: 'text', receiveddate: 'timestamptz' },
      ...{ latitude: 'float8', longitude: 'float8', accuracy: 'float8', payload: 'jsonb' },
    });
    const [counts] = await query<{ accepted: number; repeated: number; out_of_order: number }>(sql`
      with clock as (
        -- A point of a clock that is ahead says nothing of the order: until then, everything true would be late.
        select coalesce(${instant}::timestamptz, now()) as now
      ), sent as (
        select p.*,
          row_number() over (partition by p.deviceid, p.receiveddate order by p.place) > 1 as again,
          max(p.receiveddate) filter (where p.receiveddate <= c.now)
            over (partition by p.deviceid order by p.place rows between unbounded preceding and 1 preceding) as latest_sent
        from ${points} cross join clock c
      ), known as (
        select d.deviceid, (
          select t.receiveddate from field.tracking t
          where t.tenant_id = ${tenant} and t.deviceid = d.deviceid and t.receiveddate <= (select c.now from clock c)
          order by t.receiveddate desc limit 1
        ) as latest
        from (select distinct deviceid from sent) d
      ), judged as (
        select s.*,
          s.again or exists (
            select from field.tracking t
            where t.tenant_id = ${tenant} and t.deviceid = s.deviceid and t.receiveddate = s.receiveddate
          ) as repeated,
          coalesce(s.receiveddate < greatest(s.latest_sent, k.latest), false) as late
        from sent s join known k using (deviceid)
      ), stored as (
        insert into field.tracking
          (tenant_id, people_id, identifier, deviceid, receiveddate, latitude, longitude, accuracy, payload)
        select ${tenant}, j.people_id, j.identifier, j.deviceid, j.receiveddate, j.latitude, j.longitude, j.accuracy, j.payload
        from judged j where not j.repeated and not j.late
        order by j.place
        on conflict do nothing
        returning 1
      )
      select accepted, sent - late - accepted as repeated, late as out_of_order from (
        select (select count(*)::int from stored) as accepted, count(*)::int as sent,
          (count(*) filter (where late and not repeated))::int as late
        from judged
      ) counted`);
    return { body: counts };
  },
});

type Point = { readonly receiveddate: string; readonly people_id?: string | undefined };

function refuseNonsense(items: readonly Point[], now: number): void {
  const errors: Record<string, string[]> = {};
  for (const [place, { receiveddate }] of items.entries()) {
    const time = Date.parse(receiveddate);
    if (time < EARLIEST) errors[`items.${place}.receiveddate`] = ['Is before 2000: the device does not know the time.'];
    if (time > now + DAY_MS)
      errors[`items.${place}.receiveddate`] = ['Is more than a day ahead: the device does not know the time.'];
  }
  if (Object.keys(errors).length > 0) throw refuse.invalid(errors);
}

function refuseUnknown(items: readonly { readonly people_id: string }[], known: ReadonlySet<string>): void {
  const wrong = items.flatMap(({ people_id }, place) => (known.has(people_id) ? [] : [place]));
  if (wrong.length === 0) return;
  throw refuse.invalid(
    Object.fromEntries(wrong.map((place) => [`items.${place}.people_id`, ['There is nobody with this id.']])),
  );
}
