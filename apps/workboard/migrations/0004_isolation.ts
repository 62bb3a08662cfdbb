import { online } from 'altiplano';

// Row security, forced, on every table the API reads.
const ISOLATED: readonly online.Isolation[] = [
  { table: 'organization', column: 'id' },
  ...['member', 'project', 'task', 'api_key'].map((table) => ({ table, column: 'organization_id' })),
];

export const up = online.steps(
  ...ISOLATED.map(online.isolate),
  online.transaction({
    name: 'expose the schema',
    done: `has_schema_privilege(altiplano.app_role(), current_schema(), 'usage')`,
    sql: 'select altiplano.expose_schema(current_schema())',
  }),
);

export const down = online.steps(
  online.transaction({
    name: 'hide the schema',
    done: `not has_schema_privilege(altiplano.app_role(), current_schema(), 'usage')`,
    sql: `do $do$ begin
      execute format('revoke usage on schema %I from %I', current_schema(), altiplano.app_role());
    end $do$`,
  }),
  ...ISOLATED.map(({ table }) => online.unisolate(table)),
);
