/**
 * The tag of an object from its JSON text: strong, the same bytes, the same tag. Made where the bytes are made, so that a
 * write can compare `If-Match` in the statement that holds the row.
 */
export function entityTag(text: string): string {
  return `left(translate(encode(sha256(convert_to(${text}, 'UTF8')), 'base64'), '+/', '-_'), ${TAG_LENGTH})`;
}

/** Base64url characters: 132 bits, more than anybody collides by chance or by trying. */
export const TAG_LENGTH = 22;
