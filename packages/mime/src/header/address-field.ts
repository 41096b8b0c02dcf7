/**
 * Fields that hold addresses (RFC 5322 section 3.6.2), the writing side: display names as atoms, as a quoted string or as encoded words,
 * folded between tokens and never inside an address or a quoted string.
 *
 *     mailbox      = name-addr / addr-spec
 *     name-addr    = [display-name] "<" addr-spec ">"
 *     mailbox-list = mailbox *("," mailbox)
 *
 * Left out: groups.
 */
import { mailbox, parseMailbox, parseMailboxList, toAscii } from '@mailwright/address';
import type { Mailbox } from '@mailwright/address';
import { isAscii } from '@mailwright/wire';
import { HeaderWriter, checkFieldText } from './header-writer.ts';

/** An address with the name that readers see. */
export interface NamedAddress {
  readonly name?: string | undefined;
  readonly address: string | Mailbox;
}

/** An address as a caller gives it: `jane@example.com`, `Jane Doe <jane@example.com>`, a `Mailbox`, or one with a display name. One each. */
export type AddressInput = string | Mailbox | NamedAddress;

const ATOMS = /^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?: [A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*$/;
const PRINTABLE = /^[\x20-\x7e]*$/;
const QUOTED_CHARACTERS = 70;

/**
 * A field with addresses, '' for none of them.
 *
 * Errors: TypeError for an address that the strict grammar refuses, and for CR, LF or NUL in a name.
 * @rfc 5322 3.4
 * @rfc 2047 5
 */
export function formatAddressField(name: string, addresses: readonly AddressInput[]): string {
  if (addresses.length === 0) return '';
  const writer = new HeaderWriter(name);
  addresses.forEach((input, at) => {
    const { displayName, address } = readInput(name, input);
    const comma = at === addresses.length - 1 ? '' : ',';
    const written = formatAddress(name, address);
    if (displayName !== '') writeDisplayName(writer, displayName);
    writer.token(displayName === '' ? `${written}${comma}` : `<${written}>${comma}`);
  });
  return writer.end();
}

function readInput(field: string, input: AddressInput): { readonly displayName: string; readonly address: Mailbox } {
  if (typeof input === 'string') return readText(field, checkFieldText(field, input));
  if ('localPart' in input) return { displayName: '', address: input };
  const displayName = checkFieldText(field, input.name ?? '');
  return { displayName, address: typeof input.address === 'string' ? requireMailbox(field, input.address) : input.address };
}

/** One address as it stands in a header, without anything that RFC 5322 does not write today. */
function readText(field: string, text: string): { readonly displayName: string; readonly address: Mailbox } {
  const { mailboxes, defects } = parseMailboxList(text);
  const only = mailboxes[0];
  if (defects.length > 0) throw new TypeError(`${field} holds what is not an address: ${defects[0]!.code} at ${defects[0]!.at}`);
  if (only?.mailbox === undefined || mailboxes.length > 1) throw new TypeError(`${field} does not hold one address; give several as an array`);
  return { displayName: only.displayName ?? '', address: only.mailbox };
}

function requireMailbox(field: string, text: string): Mailbox {
  const parsed = parseMailbox(checkFieldText(field, text));
  if (!parsed.ok) throw new TypeError(`${field} holds what is not an address: ${parsed.error} at ${parsed.at}`);
  return parsed.value;
}

/** With the domain in ASCII where the local part is, so that the message needs SMTPUTF8 only when it can't be avoided. */
function formatAddress(field: string, address: Mailbox): string {
  if (address.domain === '') throw new TypeError(`${field} holds an address without a domain`);
  if (!address.needsUtf8 || !isAscii(address.localPart)) return address.address;
  const domain = toAscii(address.domain);
  return domain === undefined ? address.address : mailbox(address.localPart, domain).address;
}

/** `display-name = phrase`. What looks like an encoded word would be decoded, so it is encoded. @rfc 5322 3.2.5 */
function writeDisplayName(writer: HeaderWriter, name: string): void {
  const looksEncoded = name.includes('=?');
  if (ATOMS.test(name) && !looksEncoded) {
    for (const atom of name.split(' ')) writer.token(atom);
    return;
  }
  const quoted = `"${name.replace(/["\\]/g, '\\$&')}"`;
  if (PRINTABLE.test(name) && !looksEncoded && quoted.length <= QUOTED_CHARACTERS) writer.token(quoted);
  else writer.encoded(name);
}
