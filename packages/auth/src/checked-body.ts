/**
 * A message as it goes on: our fields, the header section without what claimed to be ours, the body as it came. Nothing is copied but on demand.
 */
import type { MessageBody } from '@mailwright/smtp-server';
import { concatOctets, encodeUtf8 } from '@mailwright/wire';
import type { AuthenticationReport } from './report.ts';
import type { Spool } from './spool.ts';

/**
 * The octets that stand where the header section stood: `fields` (whole fields, CRLF at their ends) above, and what is left of the section, as views.
 *
 * @rfc 8601 5
 * @rfc 8601 4
 */
export function rewriteHeader(header: Uint8Array, { forged }: Pick<AuthenticationReport, 'forged'>, fields: readonly string[]): readonly Uint8Array[] {
  const parts = fields.map((field) => encodeUtf8(field));
  let from = 0;
  for (const { start, end } of forged) {
    if (start > from) parts.push(header.subarray(from, start));
    from = end;
  }
  if (from < header.length) parts.push(header.subarray(from));
  return parts;
}

/** A body that may be read as often as one likes, while the handler runs. */
export class CheckedBody implements MessageBody {
  readonly #head: readonly Uint8Array[];
  readonly #spool: Spool;

  constructor(head: readonly Uint8Array[], spool: Spool) {
    this.#head = head;
    this.#spool = spool;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array, void, void> {
    yield* this.#head;
    yield* this.#spool.read();
  }

  async octets(): Promise<Uint8Array> {
    const parts: Uint8Array[] = [];
    for await (const part of this) parts.push(part);
    return concatOctets(parts);
  }
}
