import { statfsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Volume } from '../volume.ts';
import { allCalls, allCustomers } from './constants.ts';

// Measured: rows, legacy and own indexes, rollups, and at the most the cure's index beside them.
const BYTES_A_CALL = 560;
const BYTES_A_CUSTOMER = 2_400;
const LOG = 10 * 1024 ** 3;

/**
 * Says what the load takes before it begins.
 * @throws when the disk does not have it
 */
export function checkDisk(root: URL, volume: Volume, loaded: boolean, note: (line: string) => void): void {
  const { bavail, bsize } = statfsSync(fileURLToPath(root));
  const log = volume.calls > 5_000_000 ? LOG : LOG / 20;
  const needed = allCalls(volume) * BYTES_A_CALL + allCustomers(volume) * BYTES_A_CUSTOMER + log;
  const said = `about ${gigabytes(needed)} at its peak, ${gigabytes(bavail * bsize)} are free`;
  if (loaded) return;
  note(`disk: the volume takes ${said}`);
  if (needed > bavail * bsize) throw new Error(`the disk is too small: the volume takes ${said}`);
}

const gigabytes = (bytes: number): string => `${(bytes / 1024 ** 3).toFixed(1)} GB`;
