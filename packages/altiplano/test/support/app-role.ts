import { connectOwner, type OwnerClient } from '../../src/execute/owner.ts';

/** The app's role, as a request's connection has it. */
export interface AppRole {
  readonly name: string;
  /** Runs in one transaction with these settings, which is then rolled back. */
  as<T>(settings: SessionSettings, work: (client: OwnerClient) => Promise<T>): Promise<T>;
  /** SQLSTATE of what a statement fails with; null when it does not fail. */
  refusal(settings: SessionSettings, text: string, values?: readonly unknown[]): Promise<string | null>;
  /** What its connection has counted so far is told to the server's statistics. */
  flush(): Promise<void>;
  end(): Promise<void>;
}

export interface SessionSettings {
  readonly tenant?: string;
  readonly caller?: string;
  /** What kind of caller it is; as a write's session has it. */
  readonly kind?: string;
}

export async function openAppRole(url: string): Promise<AppRole> {
  const client = await connectOwner(url);
  const { rows } = await client.query<{ name: string }>('select altiplano.app_role() as name');
  const name = rows[0]?.name ?? '';
  const as: AppRole['as'] = async ({ tenant, caller, kind }, work) => {
    await client.query(`begin; set local role ${client.escapeIdentifier(name)}`);
    try {
      if (tenant !== undefined) await client.query("select set_config('altiplano.tenant', $1, true)", [tenant]);
      if (caller !== undefined) await client.query("select set_config('altiplano.caller', $1, true)", [caller]);
      if (kind !== undefined) await client.query("select set_config('altiplano.caller_kind', $1, true)", [kind]);
      return await work(client);
    } finally {
      await client.query('rollback');
    }
  };
  const refusal: AppRole['refusal'] = (settings, text, values = []) =>
    as(settings, async () => {
      try {
        await client.query(text, [...values]);
        return null;
      } catch (error) {
        return String((error as { readonly code?: string }).code);
      }
    });
  const flush = async () => {
    await client.query('select pg_stat_force_next_flush()');
    await client.query('select 1');
  };
  return { name, as, refusal, flush, end: () => client.end() };
}
