/**
 * The identifiers of messages and parts (RFC 5322 section 3.6.4, RFC 2045 section 7), the writing side.
 *
 *     msg-id = "<" dot-atom-text "@" ( dot-atom-text / no-fold-literal ) ">"
 */
import type { Random } from '@mailwright/wire';
import { HeaderWriter } from './header-writer.ts';

const ID_OCTETS = 16;
const MSG_ID = /^<[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]+@(?:[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]+|\[[\x21-\x5a\x5e-\x7e]*\])>$/;
const DOMAIN = /^[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?$/;

/**
 * A Message-ID that nobody has used, in its brackets.
 *
 * Errors: TypeError for a domain that is not one in ASCII.
 * @rfc 5322 3.6.4
 */
export function makeMessageId(random: Random, domain: string): string {
  if (!DOMAIN.test(domain)) throw new TypeError('domain is not a domain name in ASCII');
  return `<${formatHexadecimal(random.octets(ID_OCTETS))}@${domain}>`;
}

/** A caller's identifier, with or without its brackets, in brackets. Throws TypeError where it is none. @rfc 5322 3.6.4 */
export function checkMessageId(messageId: string, option: string = 'messageId'): string {
  if (typeof messageId !== 'string') throw new TypeError(`${option} is not a string`);
  const written = messageId.startsWith('<') ? messageId : `<${messageId}>`;
  if (!MSG_ID.test(written)) throw new TypeError(`${option} is not of the form left@right`);
  return written;
}

/** A field of one identifier or more (In-Reply-To, References), '' for none. Throws TypeError for what is none. @rfc 5322 3.6.4 */
export function formatMessageIds(name: string, ids: readonly string[], option: string): string {
  if (ids.length === 0) return '';
  const writer = new HeaderWriter(name);
  for (const id of ids) writer.token(checkMessageId(id, option));
  return writer.end();
}

/** Octets in hexadecimal. */
export function formatHexadecimal(octets: Uint8Array): string {
  let text = '';
  for (const octet of octets) text += (octet < 16 ? '0' : '') + octet.toString(16);
  return text;
}
