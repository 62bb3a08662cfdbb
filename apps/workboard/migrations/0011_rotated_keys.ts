import { online } from 'altiplano';

const ROTATED = `exists (
  select from pg_attribute
  where attrelid = to_regclass('api_key') and attname = 'rotated_at' and not attisdropped
    and has_column_privilege(altiplano.app_role(), attrelid, attnum, 'update'))`;

// When a key got a successor. Rotated once more, it would hand its successor's life down to a third one: what is left of the
// overlap. Of keys rotated before this column nothing says so, and they end with their overlap.
const ADD_COLUMN = online.underLock({
  name: 'column api_key.rotated_at',
  tables: ['api_key'],
  mode: 'access exclusive',
  done: ROTATED,
  sql: `
    alter table api_key add column if not exists rotated_at timestamptz;
    do $do$ begin
      execute format('grant update (rotated_at) on api_key to %I', altiplano.app_role());
    end $do$`,
});
const DROP_COLUMN = online.underLock({
  name: 'drop column api_key.rotated_at',
  tables: ['api_key'],
  mode: 'access exclusive',
  done: `not exists (
    select from pg_attribute where attrelid = to_regclass('api_key') and attname = 'rotated_at' and not attisdropped)`,
  sql: 'alter table api_key drop column if exists rotated_at',
});

export const up = online.steps(ADD_COLUMN);
export const down = online.steps(DROP_COLUMN);
