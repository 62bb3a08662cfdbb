import { existsSync, statfsSync } from 'node:fs';
import { totalmem } from 'node:os';

const MEGABYTE = 1024 * 1024;

/**
 * The described production (4 GB of shared buffers on 24 GB) in proportion to this machine, never above it. Durable:
 * fsync stays on unless `overrides` say otherwise.
 */
export function serverSettings(overrides: Readonly<Record<string, string>> = {}): Record<string, string> {
  const memory = availableMemory() / MEGABYTE;
  return {
    max_connections: '200',
    shared_buffers: megabytes(memory / 6, 4096),
    work_mem: megabytes(memory / 96, 256),
    maintenance_work_mem: megabytes(memory / 24, 1024),
    effective_cache_size: megabytes(memory / 2, 12288),
    random_page_cost: '1.1',
    max_parallel_workers: '4',
    max_wal_size: '4GB',
    timezone: 'UTC',
    log_timezone: 'UTC',
    log_checkpoints: 'off',
    ...(isSharedMemoryScarce() ? { dynamic_shared_memory_type: 'mmap' } : {}),
    ...overrides,
  };
}

/** A container's limit where there is one: totalmem() is the host's. */
function availableMemory(): number {
  const limit = process.constrainedMemory();
  return limit > 0 ? Math.min(limit, totalmem()) : totalmem();
}

/** Containers get 64 MB of /dev/shm by default, on which a parallel hash join dies; files do instead. */
function isSharedMemoryScarce(): boolean {
  if (process.platform !== 'linux') return false;
  if (!existsSync('/dev/shm')) return true;
  const { bsize, blocks } = statfsSync('/dev/shm');
  return bsize * blocks < 512 * MEGABYTE;
}

function megabytes(wanted: number, most: number): string {
  return `${Math.max(4, Math.floor(Math.min(wanted, most)))}MB`;
}
