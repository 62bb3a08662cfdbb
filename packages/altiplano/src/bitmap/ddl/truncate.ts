import { list, name } from '../../sql/text.ts';
import { rangeSuffixes } from './bins.ts';
import { part, type Shape } from './shape.ts';
import { triggerName } from './triggers.ts';

/** Without rows there is nothing to keep. */
export function truncate(shape: Shape): string {
  const { bitmap } = shape;
  const tables = [
    name(bitmap.name),
    ...['segment', 'block', ...rangeSuffixes(bitmap.ranges), 'tail'].map((suffix) => part(shape, suffix)),
  ];
  return `create function ${part(shape, 'truncate')}() returns trigger
language plpgsql security definer set search_path from current as $$
begin
  truncate ${list(tables)};
  return null;
end $$;
revoke execute on function ${part(shape, 'truncate')}() from public;
create trigger ${name(triggerName(shape, 'truncate'))} after truncate on ${name(bitmap.table)}
  for each statement execute function ${part(shape, 'truncate')}();`;
}

export function dropTruncate(shape: Shape): string {
  return `drop trigger ${name(triggerName(shape, 'truncate'))} on ${name(shape.bitmap.table)};
drop function ${part(shape, 'truncate')}();`;
}
