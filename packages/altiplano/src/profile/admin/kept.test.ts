import { setImmediate as turn } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, it } from 'vitest';
import { recordingOf } from '../../../test/profile/oracle/trace.ts';
import { KeptProfiles } from './kept.ts';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** A thousand hashes are some forty times what the figures of their statement are counted with. */
it('keeps no hashes of parameters, which no profile shows', async () => {
  const kept = new KeptProfiles();
  const hashes = (() => {
    const recording = recordingOf([{ text: 'select * from a where id = any($1)', parameters: [[1, 2, 3]] }]);
    kept.addLater(recording, { app: null, tenant: null, user: null });
    return new WeakRef(recording.queries[0]?.parameterHashes as object);
  })();
  await turn();
  collectGarbage();
  expect([kept.has('made-up'), hashes.deref()]).toEqual([true, undefined]);
  expect(kept.find('made-up')?.queries).toMatchObject([{ text: 'select * from a where id = any($1)' }]);
});
