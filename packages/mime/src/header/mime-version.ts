/** The MIME-Version field (RFC 2045 section 4). */
import { withoutComments } from './comment-split.ts';

/** A version of MIME. There is 1.0. */
export interface MimeVersion {
  readonly major: number;
  readonly minor: number;
}

/**
 * Reads the text of a MIME-Version field, `undefined` where it is none; never throws.
 *
 *     version = "MIME-Version" ":" 1*DIGIT "." 1*DIGIT          ; comments anywhere between
 *
 * @rfc 2045 4
 */
export function parseMimeVersion(text: string): MimeVersion | undefined {
  const match = /^(\d{1,9})\.(\d{1,9})$/.exec(withoutComments(text).replace(/[ \t\r\n]+/g, ''));
  return match === null ? undefined : { major: Number(match[1]), minor: Number(match[2]) };
}
