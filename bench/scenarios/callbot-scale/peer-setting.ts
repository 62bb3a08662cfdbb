import { withOwner } from 'altiplano/testing';
import type { Setting } from '../../peers/peer.ts';
import { explain, workOf } from '../callbot-read/measure-case.ts';
import type { Bed } from './bed.ts';
import { caseOf } from './pages.ts';

/** Everything a peer is started with: the admin of both workspaces' pages, and the statements for the bare one. */
export async function settingOf(bed: Bed): Promise<Setting> {
  const instruments = await bed.instruments();
  const { token } = await instruments.askerOf(bed.big.admin);
  const works: Record<string, Setting['works'][string]> = {};
  for (const page of bed.pages.filter(({ tenant }) => tenant === bed.big)) {
    const subject = caseOf(page);
    const { statement, session } = workOf(subject, await explain(instruments, subject), true);
    works[page.name] = { statement, session };
  }
  const appRole = await withOwner(bed.url(), async (client) => {
    const { rows } = await client.query<{ role: string }>('select altiplano.app_role()::text as role');
    return rows[0]?.role ?? '';
  });
  return {
    url: bed.url(),
    token,
    user: bed.big.admin,
    workspaces: [bed.big.workspace, bed.small.workspace],
    patience: bed.effort.patience,
    works,
    sessionOptions: instruments.engine.pool.options.options ?? '',
    appRole,
  };
}
