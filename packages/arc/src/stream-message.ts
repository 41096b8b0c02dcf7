/**
 * Cuts a message that comes in chunks into its header section and its body.
 *
 * The header section ends at the first empty line, as `parseHeaders` of `@mailwright/mime` has it: a line that ends in LF alone ends there,
 * too, so that the two never see different sections.
 */
import { parseHeaders } from '@mailwright/mime';
import type { HeaderSection } from '@mailwright/mime';
import { CR, LF, TextScanner, concatOctets, indexOfOctet } from '@mailwright/wire';
import type { Body } from '@mailwright/wire';

/** What a message is handed to. */
export interface MessageConsumer {
  /** Once, and first. `octets` is the header section with the empty line behind it. */
  headers(section: HeaderSection, octets: Uint8Array): void;
  /** Views into the chunks. */
  body(chunk: Uint8Array): void;
}

/** More header than `parseHeaders` reads by default is not waited for. */
const MAX_HEADER_OCTETS = 262_144 + 2;

/** Hands a message over. Rejects where `message` or the consumer does. */
export async function streamMessage(message: Body, consumer: MessageConsumer): Promise<void> {
  if (message instanceof Uint8Array) return cutMessage(message, consumer);
  const parts: Uint8Array[] = [];
  const line = new EmptyLine();
  let octetCount = 0;
  let isBody = false;
  for await (const chunk of message) {
    if (isBody) {
      consumer.body(chunk);
      continue;
    }
    parts.push(chunk.slice()); // the caller may use its array again
    octetCount += chunk.length;
    isBody = line.isIn(chunk) || octetCount > MAX_HEADER_OCTETS;
    if (isBody) cutMessage(concatOctets(parts), consumer);
  }
  if (!isBody) cutMessage(concatOctets(parts), consumer);
}

function cutMessage(message: Uint8Array, consumer: MessageConsumer): void {
  const section = parseHeaders(message);
  consumer.headers(section, message.subarray(0, section.bodyOffset));
  if (section.bodyOffset < message.length) consumer.body(message.subarray(section.bodyOffset));
}

/** Looks for the empty line at the end of a header section. */
class EmptyLine {
  /** What the line has so far: nothing, a CR and nothing else, or something. */
  #line: 'empty' | 'cr' | 'more' = 'empty';

  isIn(chunk: Uint8Array): boolean {
    for (let at = 0; at < chunk.length; at++) {
      const octet = chunk[at]!;
      if (octet === LF) {
        if (this.#line !== 'more') return true;
        this.#line = 'empty';
        continue;
      }
      this.#line = octet === CR && this.#line === 'empty' ? 'cr' : 'more';
      if (this.#line === 'cr') continue;
      const lf = indexOfOctet(chunk, LF, at);
      if (lf === -1) return false;
      at = lf - 1;
    }
    return false;
  }
}

/** Whether a CR or LF stands alone. */
export function hasBareLineEnd(octets: Uint8Array): boolean {
  const scanner = new TextScanner();
  for (let from = 0; from < octets.length; ) {
    const at = scanner.next(octets, from);
    if (scanner.kind === 'bare-cr' || scanner.kind === 'bare-lf') return true;
    from = at + 1;
  }
  return scanner.end() === 'bare-cr';
}
