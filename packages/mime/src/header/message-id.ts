/**
 * The identifiers of messages and parts (RFC 5322 section 3.6.4, RFC 2045 section 7), the writing side.
 *
 *     msg-id = "<" dot-atom-text "@" ( dot-atom-text / no-fold-literal ) ">"
 */
import type { Random } from '@mailwright/wire';
import { HeaderWriter } from './header-writer.ts';
import { formatHexadecimal } from './hexadecimal.ts';

const ID_OCTETS = 16;
const MSG_ID = /^<[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]+@(?:[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]+|\[[\x21-\x5a\x5e-\x7e]*\])>$/;
/** With or without its brackets. */
const FOREIGN_ID = /^<?([\x21-\x3b\x3d\x3f-\x7e]+)>?$/;
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

/**
 * A field of one identifier or more (In-Reply-To, References), '' for none.
 *
 * Errors: TypeError for what holds anything but printable US-ASCII without spaces and angle brackets.
 * Deviation: such an identifier is a copy of what another program wrote. Readers compare it as text, so it is written as it came, even where it
 * lacks an at sign or has a colon.
 * @rfc 5322 3.6.4
 */
export function formatMessageIds(name: string, ids: readonly string[], option: string): string {
  if (ids.length === 0) return '';
  const writer = new HeaderWriter(name);
  for (const id of ids) writer.token(checkForeignId(id, option));
  return writer.end();
}

function checkForeignId(id: string, option: string): string {
  const written = typeof id === 'string' && FOREIGN_ID.exec(id);
  if (!written) throw new TypeError(`${option} holds what is no identifier`);
  return `<${written[1]!}>`;
}

