import type { Service } from '../pipeline.ts';

export function describeApi(_services: readonly Service[], version: string): Readonly<Record<string, unknown>> {
  return { openapi: '3.1.0', info: { title: 'Altiplano', version }, paths: {} };
}
