/** An answer other than 200: its status and, for a 400, the parameters at fault. */
export class Refusal extends Error {
  readonly status: number;
  readonly parameters: readonly string[];

  constructor(status: number, parameters: readonly string[] = []) {
    super(`refused with ${status}`);
    this.status = status;
    this.parameters = parameters;
  }
}

/** One value that its parameter does not allow. */
export class MalformedValue extends Error {}
