/** pg and what it needs, to be copied beside a program. */
export const PG_PACKAGES = 'pg pg-pool pg-protocol pg-types pg-connection-string pgpass pg-int8 postgres-array'
  .concat(' postgres-bytea postgres-date postgres-interval xtend split2')
  .split(' ');
