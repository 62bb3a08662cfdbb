import { withOwner } from 'altiplano/testing';

/** The same server, another database. */
export function databaseUrl(adminUrl: string, name: string): string {
  const url = new URL(adminUrl);
  url.pathname = `/${name}`;
  return url.href;
}

export async function databaseExists(adminUrl: string, name: string): Promise<boolean> {
  return withOwner(adminUrl, async (client) => {
    const { rowCount } = await client.query('select from pg_database where datname = $1', [name]);
    return rowCount === 1;
  });
}

/** An empty database of that name, whatever was there. */
export async function createDatabase(adminUrl: string, name: string): Promise<void> {
  await withOwner(adminUrl, async (client) => {
    const quoted = client.escapeIdentifier(name);
    await client.query(`drop database if exists ${quoted} with (force)`);
    await client.query(`create database ${quoted}`);
  });
}
