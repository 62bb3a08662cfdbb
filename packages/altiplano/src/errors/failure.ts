import { CATALOGUE, type CatalogueEntry, type ErrorCode } from './catalogue.ts';

export type ErrorsByParameter = Readonly<Record<string, readonly string[]>>;

export interface FailureDetails {
  /** Values for the `{placeholders}` of the catalogue's message and hint. */
  readonly values?: Readonly<Record<string, string | number>>;
  /** One list of messages for each parameter or body member that was wrong. */
  readonly errors?: ErrorsByParameter;
  readonly cause?: unknown;
  /** Seconds after which it may be otherwise. */
  readonly retryAfter?: number;
}

/** A code that an app declares, with its entry. */
export interface DeclaredCode {
  readonly code: string;
  readonly entry: CatalogueEntry;
}

/** The one error class: a catalogue code with its placeholders filled in. */
export class Failure extends Error {
  readonly code: ErrorCode | (string & {});
  readonly status: number;
  readonly hint: string;
  readonly errors: ErrorsByParameter | undefined;
  readonly retryAfter: number | undefined;

  constructor(code: ErrorCode | DeclaredCode, details: FailureDetails = {}) {
    const { status, message, hint } = typeof code === 'string' ? CATALOGUE[code] : code.entry;
    super(fill(message, details.values), details.cause === undefined ? undefined : { cause: details.cause });
    this.name = 'Failure';
    this.code = typeof code === 'string' ? code : code.code;
    this.status = status;
    this.hint = fill(hint, details.values);
    this.errors = details.errors;
    this.retryAfter = details.retryAfter ?? (status === 503 ? 1 : undefined);
  }
}

function fill(template: string, values: Readonly<Record<string, string | number>> = {}): string {
  return template.replace(/\{(\w+)\}/g, (placeholder, name: string) => String(values[name] ?? placeholder));
}
