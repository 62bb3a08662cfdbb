import pg from 'pg';

/** A plain connection as the owner, for what is not a request: migrations, catalog, samples. */
export type OwnerClient = pg.Client;

export async function connectOwner(url: string): Promise<OwnerClient> {
  const client = new pg.Client({ connectionString: url, application_name: 'altiplano' });
  // A lost connection fails the query under way; unheard, the event beside it would end the process.
  client.on('error', () => {});
  await client.connect();
  return client;
}

/** Connects as the owner for as long as the work takes. */
export async function withOwner<T>(url: string, work: (client: OwnerClient) => Promise<T>): Promise<T> {
  const client = await connectOwner(url);
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
