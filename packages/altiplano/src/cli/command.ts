import type { ParseArgsConfig } from 'node:util';
import type { App } from '../resource/app.ts';

export type Flags = Readonly<Record<string, string | boolean | readonly string[] | undefined>>;

/** What every command works with. */
export interface Context {
  readonly apps: readonly App[];
  /** Folder of the configuration; `.altiplano` lies in it. */
  readonly directory: string;
  readonly environment: NodeJS.ProcessEnv;
  /** A line for people on stderr. */
  note(line: string): void;
  /** The result on stdout: text, or with `--json` the value. */
  print(text: string, value: unknown): void;
}

export interface Command {
  readonly summary: string;
  readonly usage: string;
  readonly options: NonNullable<ParseArgsConfig['options']>;
  /** Flags beyond `options`, such as an app's volumes, are read as strings. */
  readonly loose?: boolean;
  /** Works in a folder of any program: without a configuration there are no apps, and the folder is the working directory. */
  readonly anywhere?: boolean;
  run(context: Context, flags: Flags, positionals: readonly string[]): Promise<number>;
}
