/**
 * The Message-ID of a message (RFC 5322 section 3.6.4).
 *
 *     msg-id = "<" dot-atom-text "@" ( dot-atom-text / no-fold-literal ) ">"
 */
import type { Random } from '@mailwright/wire';

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

/** A caller's Message-ID, with or without its brackets. Throws TypeError where it is none. @rfc 5322 3.6.4 */
export function checkMessageId(messageId: string): string {
  const written = messageId.startsWith('<') ? messageId : `<${messageId}>`;
  if (!MSG_ID.test(written)) throw new TypeError('messageId is not of the form <left@right>');
  return written;
}

/** Octets in hexadecimal. */
export function formatHexadecimal(octets: Uint8Array): string {
  return Array.from(octets, (octet) => octet.toString(16).padStart(2, '0')).join('');
}
