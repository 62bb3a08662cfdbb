import { setFlagsFromString } from 'node:v8';

/**
 * Answers are garbage as soon as they are sent. Left alone, V8 lets it pile up to three times what lives (220 MB at 600
 * pages a second); collected at a tenth more, the process stays below 150 MB. Measured: no difference in pages a second
 * beyond the noise.
 */
export function spareMemory(): void {
  setFlagsFromString('--heap-growing-percent=10');
}
