/** One statement, ready to be prepared: the same text always has the same name. */
export interface Statement {
  readonly name: string;
  readonly text: string;
  readonly values: readonly unknown[];
}
