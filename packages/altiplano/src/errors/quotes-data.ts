/** SQLSTATE classes whose messages quote values of rows and parameters: data, constraints, user-defined. */
const STATES = /^(22|23|P0)/;

/** Whether the message of an error may hold somebody's data: nothing of it is to be written down. */
export function quotesData(error: Error): boolean {
  // JSON.parse quotes what it could not read.
  if (error instanceof SyntaxError) return true;
  return 'code' in error && typeof error.code === 'string' && STATES.test(error.code);
}
