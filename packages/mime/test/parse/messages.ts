/** Messages and helpers for the tests of the parser. */
import { latin1 } from '@mailwright/wire';
import { MessageScanner } from '@mailwright/mime';
import type { MessageEvent, ParsedMessage, ScanOptions } from '@mailwright/mime';
import { SeededRandom } from '../../../testing/src/seeded-random.ts';

export const octets = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'latin1'));
/** Lines with CRLF between them and behind the last. */
export const lines = (...all: readonly string[]): Uint8Array => octets(all.map((line) => `${line}\r\n`).join(''));

/** One line for each part: `id parent mediaType [start bodyStart bodyEnd]`, and the body of leaves. */
export function outline(message: ParsedMessage): readonly string[] {
  return message.parts.map((part) => {
    const body = part.children.length > 0 ? '' : ` ${JSON.stringify(latin1(part.rawBody()))}`;
    return `${part.id}<${part.parent ?? ''} ${part.mediaType}${body}`;
  });
}

/** All events of a scanner that is fed chunk by chunk; adjoining body events of one part are joined, so that the cuts do not show. */
export function scan(chunks: readonly Uint8Array[], options: ScanOptions = {}): readonly unknown[] {
  const scanner = new MessageScanner(options);
  const events: Record<string, unknown>[] = [];
  const drain = (): void => {
    for (let event = scanner.next(); event.type !== 'need-data'; event = scanner.next()) {
      addEvent(events, event);
      if (event.type === 'end') return;
    }
  };
  for (const chunk of chunks) {
    drain();
    scanner.push(chunk);
  }
  drain();
  scanner.end();
  drain();
  return events;
}

function addEvent(events: Record<string, unknown>[], event: MessageEvent): void {
  const last = events.at(-1);
  if (event.type === 'body') {
    const text = latin1(event.octets);
    if (last?.['type'] === 'body' && last['part'] === event.part) last['text'] = `${String(last['text'])}${text}`;
    else events.push({ type: 'body', part: event.part, offset: event.offset, text });
  } else if (event.type === 'headers') {
    const { part, section, bodyStart, facts } = event;
    const fields = section.fields.map(({ name, start, valueStart, end, text }) => ({ name, start, valueStart, end, text }));
    const { contentType, charset, disposition, fileName, contentId, transferEncoding } = facts;
    events.push({ type: 'headers', part, bodyStart, fields, limit: section.limit, contentType, charset, disposition, fileName, contentId, transferEncoding });
  } else events.push({ ...event });
}

/**
 * The octets of a message, put together again from its parts: header sections, bodies of leaves, preambles, epilogues, and the delimiters as what
 * lies between them. Throws where two overlap, or where what should be a delimiter is none.
 */
export function tile(message: ParsedMessage): string {
  let text = '';
  let at = 0;
  const take = (to: number): void => {
    if (to < at) throw new Error(`overlap at ${at}: ${to}`);
    text += latin1(message.source, at, to);
    at = to;
  };
  const delimiter = (to: number): void => {
    const written = latin1(message.source, at, to);
    if (!/^(?:\r?\n)?--[^\n]*\n?$/.test(written)) throw new Error(`no delimiter at ${at}: ${JSON.stringify(written)}`);
    take(to);
  };
  const part = (id: number): void => {
    const { start, bodyStart, bodyEnd, end, preambleEnd, epilogueStart, children, mediaType } = message.parts[id]!;
    if (at !== start) throw new Error(`part ${id} begins at ${start}, not at ${at}`);
    take(bodyStart);
    if (mediaType.startsWith('multipart/')) {
      take(preambleEnd);
      for (const child of children) {
        delimiter(message.parts[child]!.start);
        part(child);
      }
      if (preambleEnd < bodyEnd && epilogueStart > at) delimiter(epilogueStart);
    } else for (const child of children) part(child);
    take(bodyEnd);
    if (end !== bodyEnd) throw new Error('end');
  };
  part(0);
  return text;
}

/** A message made of pieces that matter to the scanner, in any order. */
export function randomMessage(random: SeededRandom): Uint8Array {
  const pieces = [
    'Content-Type: multipart/mixed; boundary=a', 'Content-Type: multipart/digest; boundary="b c"', 'Content-Type: multipart/related; boundary=aa', 'Content-Type: message/rfc822', 'Content-Type: text/plain; charset=utf-8',
    'Content-Type: multipart/mixed', 'Content-Transfer-Encoding: base64', 'Subject: x', ' folded', 'no colon', '', '', '', '--a', '--a', '--a--', '--b c', '--b c--', '--aa', '--aa--', '--a ', '--a--\t', '--ab', '--a-', '--', '-', '--a--x', 'text', 'QUJD', '-- ', '\r',
  ];
  let text = random.chance(0.7) ? 'Content-Type: multipart/mixed; boundary=a\r\n\r\n' : '';
  for (let count = random.integer(0, 24); count > 0; count--) text += random.pick(pieces) + (random.chance(0.85) ? '\r\n' : '\n');
  return octets(random.chance(0.5) ? text : text.slice(0, random.integer(0, text.length)));
}
