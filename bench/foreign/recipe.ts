import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** How a program that is not ours is started, filled and asked; `recipe.json` of its folder. */
export interface Recipe {
  readonly name: string;
  readonly title: string;
  readonly kind: string;
  /** Started with node; listens on PORT, uses DATABASE_URL. */
  readonly server: string;
  /** Run beside the running server, which has made its tables; prints the variables of requests.txt as JSON. */
  readonly seed: string;
  /** Asked until anything answers. */
  readonly ready: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Where npm does not have the program itself; laid into `source/`. */
  readonly source?: { readonly repository: string; readonly commit: string };
  /** What is checked by hand: the verdict about each finding, and what should have been found. */
  readonly judged: Judged;
}

export interface Judged {
  /** By the finding's key. */
  readonly findings: Readonly<Record<string, { readonly verdict: 'true' | 'false'; readonly why: string }>>;
  readonly missed: readonly { readonly route: string; readonly what: string; readonly why: string }[];
}

export const FOLDER = new URL('./', import.meta.url);

export function readRecipes(): readonly Recipe[] {
  const folders = readdirSync(FOLDER, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return folders.map(({ name }) => ({
    name,
    ...read(`${name}/recipe.json`),
    judged: existsSync(new URL(`${name}/judged.json`, FOLDER))
      ? read(`${name}/judged.json`)
      : { findings: {}, missed: [] },
  }));
}

export const pathOf = (name: string, file = ''): string => fileURLToPath(new URL(`${name}/${file}`, FOLDER));

function read(file: string) {
  return JSON.parse(readFileSync(new URL(file, FOLDER), 'utf8'));
}
