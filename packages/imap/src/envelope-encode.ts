/**
 * ENVELOPE, value to octets.
 *
 * Read next: `envelope-parse.ts`, the inverse, with the grammar.
 *
 * @rfc 9051 7.5.2
 */
import type { Envelope, EnvelopeAddress } from './envelope.ts';
import type { ValueWriter } from './value-writer.ts';

/**
 * Writes an envelope. Throws a `TypeError` for texts with NUL.
 *
 * @rfc 9051 7.5.2
 */
export function writeEnvelope(writer: ValueWriter, envelope: Envelope): void {
  writer.raw('(').nstring(envelope.date).space().nstring(envelope.subject).space();
  writeAddresses(writer, envelope.from);
  writeAddresses(writer, envelope.sender);
  writeAddresses(writer, envelope.replyTo);
  writeAddresses(writer, envelope.to);
  writeAddresses(writer, envelope.cc);
  writeAddresses(writer, envelope.bcc);
  writer.nstring(envelope.inReplyTo).space().nstring(envelope.messageId).raw(')');
}

/** `"(" 1*address ")" / nil`, and the blank behind it. No blank between addresses: the grammar has none. */
function writeAddresses(writer: ValueWriter, addresses: readonly EnvelopeAddress[]): void {
  if (addresses.length === 0) return void writer.raw('NIL ');
  writer.raw('(');
  for (const { name, route, mailbox, host } of addresses) {
    writer.raw('(').nstring(name).space().nstring(route).space().nstring(mailbox).space().nstring(host).raw(')');
  }
  writer.raw(') ');
}
