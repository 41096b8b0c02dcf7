/**
 * Replies to text for the wire. The only writer of reply lines.
 *
 *     Reply-line = *( Reply-code "-" [ textstring ] CRLF ) Reply-code [ SP textstring ] CRLF
 *
 * @rfc 5321 4.2
 */
import { CheckedReply, isReplyCode, isReplyText, type Reply } from './reply.ts';

export interface ReplyEncoding {
  /** Whether the enhanced status code is written: on every line of the reply, as RFC 2034 4 says. */
  readonly enhanced: boolean;
}

/**
 * Writes a reply with its CRLFs. The blank after the code stands also where no text follows: some clients wait for it
 * (RFC 5321 4.2).
 *
 * Errors: throws a `TypeError` for a code or text that can't be a reply; a reply that `reply` made always can.
 * @rfc 5321 4.2
 * @rfc 2034 4
 */
export function encodeReply(reply: Reply, encoding: ReplyEncoding): string {
  if (reply instanceof CheckedReply) return reply.encoded(encoding.enhanced, writeReply);
  if (!isReplyCode(reply.code)) throw new TypeError(`not a reply code: ${reply.code}`);
  const status = encoding.enhanced && reply.enhanced !== undefined ? `${reply.enhanced} ` : '';
  if (!isReplyText(status)) throw new TypeError(`not an enhanced status code: ${JSON.stringify(status)}`);
  return writeReply(reply, status);
}

function writeReply({ code, lines }: Reply, status: string): string {
  const last = lines.length - 1;
  let text = '';
  for (let index = 0; index < last; index++) text += `${code}-${status}${checked(lines[index])}\r\n`;
  return `${text}${code} ${status}${checked(lines[last])}\r\n`;
}

function checked(line: string | undefined): string {
  if (line === undefined) return '';
  if (!isReplyText(line)) throw new TypeError(`control characters can't stand in a reply: ${JSON.stringify(line)}`);
  return line;
}
