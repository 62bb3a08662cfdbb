/** One diagnosed problem: what is wrong, how that shows, what to do. The key stays the same from one look to the next. */
export interface Finding {
  readonly rule: string;
  readonly level: 'warning' | 'error';
  readonly evidence: string;
  readonly remedy: string;
  readonly key: string;
}
