import { buildBitmaps, verifyBitmap } from 'altiplano/testing';
import { callbot } from '../../app.ts';

/** What is found by bitmaps and is not what a recount finds; they are built first where a migration left that. */
export async function wrongBitmaps(url: string, schema: string): Promise<readonly string[]> {
  await buildBitmaps(url, schema);
  const wrong: string[] = [];
  for (const bitmap of callbot.resources.flatMap(({ bitmap }) => bitmap ?? [])) {
    const { findings } = await verifyBitmap(url, schema, bitmap);
    wrong.push(...findings.map(({ evidence }) => evidence));
  }
  return wrong;
}
