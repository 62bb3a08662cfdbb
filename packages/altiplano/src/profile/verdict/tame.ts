/**
 * Whether expressions may look at a text as it was sent: it may hold what a user wrote, and some of ours take the square or the cube of a long
 * run of letters or spaces (20,000 letters: 5 s). Statements that people write have neither.
 */
export function isTame(text: string): boolean {
  return text.length <= 4_000 && !/\w{200}/.test(text) && !/\s{60}/.test(text);
}
