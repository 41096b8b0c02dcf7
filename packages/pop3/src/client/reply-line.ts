/**
 * One line of a server: a status line, a challenge, a line of a listing. What is none says what is wrong with it.
 *
 * @rfc 1939 3
 * @rfc 2449 4
 */
import { type InputBuffer, LINE, LINE_BARE_CR, LINE_BARE_LF, LINE_TOO_LONG, NEED_DATA, utf8 } from '@mailwright/wire';
import type { LineEnds } from '../text-reader.ts';

/** A line that can't be taken. */
export interface BadReplyLine {
  readonly code: 'LIMIT_LINE_OCTETS' | 'POP3_BAD_RESPONSE';
  readonly detail: string;
}

/** The text of a line without its end; `undefined` where none is complete. Octets that are no UTF-8 become U+FFFD. `maxOctets` counts the line end. */
export function takeReplyLine(input: InputBuffer, maxOctets: number, lineEnds: LineEnds): string | BadReplyLine | undefined {
  const status = input.takeLine(maxOctets);
  if (status === NEED_DATA) return undefined;
  const tolerated = lineEnds === 'lf-too' && (status === LINE_BARE_LF || status === LINE_BARE_CR);
  if (status === LINE || tolerated) return input.lineIsAscii ? input.lineText()! : utf8(input.lineView());
  if (status === LINE_TOO_LONG) return { code: 'LIMIT_LINE_OCTETS', detail: `a line of more than ${maxOctets} octets` };
  return { code: 'POP3_BAD_RESPONSE', detail: `a line with ${status === LINE_BARE_LF ? 'an LF and no CR' : status === LINE_BARE_CR ? 'a CR and no LF' : 'a NUL'}` };
}
