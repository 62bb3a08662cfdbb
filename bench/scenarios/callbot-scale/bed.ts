import type { progress } from 'altiplano/testing';
import type { Row } from '../../result/result.ts';
import { type Instruments, openInstruments } from '../callbot-read/instruments.ts';
import { readTenants, type Tenant } from '../callbot-read/tenants.ts';
import { type Page, readPages } from './pages.ts';
import type { Effort, Volume } from './volume.ts';

/** What every section is measured on. */
export interface Bed {
  readonly root: URL;
  readonly volume: Volume;
  readonly effort: Effort;
  readonly tell: ReturnType<typeof progress>;
  readonly note: (line: string) => void;
  /** The loaded database; after a restart it may differ. */
  url(): string;
  /** With cold caches, of the system too where that is allowed; null where the server is not ours. */
  readonly restart: (() => Promise<{ readonly url: string; readonly dropped: boolean }>) | null;
  /** Whether peers that are not there are fetched. */
  readonly installs: boolean;
  readonly small: Tenant;
  readonly big: Tenant;
  /** Of both workspaces, the big one's first. */
  readonly pages: readonly Page[];
  /** Opened when first asked for. */
  instruments(): Promise<Instruments>;
  closeInstruments(): Promise<void>;
}

/** One part of the measurement; `--only` picks some. */
export interface Section {
  readonly name: string;
  /** Gives rows as they come, so that an interrupted run keeps what it had. */
  measure(bed: Bed): AsyncIterable<readonly Row[]>;
}

type Given = Pick<Bed, 'root' | 'volume' | 'effort' | 'tell' | 'note' | 'url' | 'restart' | 'installs'>;

export async function prepareBed(given: Given): Promise<Bed> {
  const sampled = (await readTenants(given.url())).filter(({ visible }) => visible > 0);
  const [small, big] = [sampled.at(0), sampled.at(-1)];
  if (small === undefined || big === undefined) throw new Error('the database is not loaded');
  const pages = [...(await readPages(given.url(), big)), ...(await readPages(given.url(), small))];
  let opened: Promise<Instruments> | null = null;
  return {
    ...given,
    small,
    big,
    pages,
    instruments() {
      opened ??= openInstruments(given.url());
      return opened;
    },
    async closeInstruments() {
      const closing = opened;
      opened = null;
      await (await closing)?.close();
    },
  };
}
