/**
 * Fields that hold addresses (RFC 5322 section 3.6.2), the writing side: display names as atoms, as a quoted string or as encoded words,
 * folded between tokens and never inside an address or a quoted string.
 *
 *     address      = mailbox / group
 *     mailbox      = name-addr / addr-spec
 *     name-addr    = [display-name] "<" addr-spec ">"
 *     group        = display-name ":" [mailbox-list] ";"
 *     mailbox-list = mailbox *("," mailbox)
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

/** Several under one name; without members it says that there were some who are not named: `undisclosed-recipients:;`. @rfc 5322 3.4 */
export interface AddressGroup {
  readonly group: string;
  readonly members: readonly AddressInput[];
}

/** A checked address, ready to be written. `group` is the name of the group it stands in. */
export interface AddressEntry {
  readonly displayName: string;
  /** With the domain in ASCII where the local part is. `undefined` only in a group without members. */
  readonly mailbox: Mailbox | undefined;
  readonly group: AddressGroup | undefined;
}

const ATOMS = /^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?: [A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*$/;
const PRINTABLE = /^[\x20-\x7e]*$/;
/** What may stand in a quoted string of RFC 6532 and be seen. */
const PRINTABLE_UTF8 = /^[^\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cn}]*$/u;
const LINE_ENDS_OF_UNICODE = /[\p{Cc}\p{Zl}\p{Zp}\ufeff]/u;
const QUOTED_CHARACTERS = 70;

/**
 * Checks what a caller gave. A domain goes to ASCII where the local part is ASCII, so that the message needs SMTPUTF8 only when it can't
 * be avoided.
 *
 * Errors: TypeError that names `option` for an address that the strict grammar refuses, for CR, LF or NUL in a name, and for a group in a group.
 * @rfc 5322 3.4
 */
export function readAddresses(option: string, inputs: readonly (AddressInput | AddressGroup)[]): readonly AddressEntry[] {
  const entries: AddressEntry[] = [];
  for (const input of inputs) {
    if (typeof input !== 'object' || input === null || !('group' in input)) {
      entries.push(readInput(option, input, undefined));
      continue;
    }
    if (checkFieldText(option, input.group).trim() === '') throw new TypeError(`${option} has a group without a name`);
    if (!Array.isArray(input.members)) throw new TypeError(`${option} has a group whose members are no array`);
    if (input.members.length === 0) entries.push({ displayName: '', mailbox: undefined, group: input });
    for (const member of input.members) entries.push(readInput(option, member, input));
  }
  return entries;
}

/**
 * A field with addresses, '' for none of them. With `utf8` names in other scripts stand as they are.
 *
 * @rfc 5322 3.4
 * @rfc 2047 5
 * @rfc 6532 3.2
 */
export function formatAddresses(name: string, entries: readonly AddressEntry[], utf8: boolean = false): string {
  if (entries.length === 0) return '';
  const writer = new HeaderWriter(name);
  entries.forEach((entry, at) => {
    const { displayName, group } = entry;
    const closing = group !== undefined && entries[at + 1]?.group !== group ? ';' : '';
    const after = `${closing}${at === entries.length - 1 ? '' : ','}`;
    if (group !== undefined && entries[at - 1]?.group !== group) writePhrase(writer, group.group, utf8, entry.mailbox === undefined ? `:${after}` : ':');
    if (entry.mailbox === undefined) return;
    if (displayName !== '') writePhrase(writer, displayName, utf8, '');
    writer.token(displayName === '' ? `${entry.mailbox.address}${after}` : `<${entry.mailbox.address}>${after}`);
  });
  return writer.end();
}

/** Both in one, for one field. `option` is what messages call it. */
export function formatAddressField(name: string, addresses: readonly (AddressInput | AddressGroup)[], option: string = name): string {
  return formatAddresses(name, readAddresses(option, addresses));
}

function readInput(option: string, input: AddressInput, group: AddressGroup | undefined): AddressEntry {
  if (typeof input === 'string') return readText(option, input, group);
  if (typeof input !== 'object' || input === null) throw new TypeError(`${option} holds what is not an address`);
  if ('localPart' in input) return { displayName: '', mailbox: requireMailbox(option, input.address), group };
  if (!('address' in input)) throw new TypeError(`${option} holds what is not an address${'group' in input ? ': a group in a group' : ''}`);
  const displayName = input.name === undefined ? '' : checkFieldText(option, input.name);
  // An object may come from anywhere: its text is read again, so that nothing but the grammar gets into a field.
  return { displayName, mailbox: requireMailbox(option, typeof input.address === 'string' ? input.address : input.address.address), group };
}

/** One address as it stands in a header, without anything that RFC 5322 does not write today. */
function readText(option: string, text: string, group: AddressGroup | undefined): AddressEntry {
  const plain = parseMailbox(text);
  if (plain.ok) return { displayName: '', mailbox: toWrite(option, plain.value), group };
  const { mailboxes, defects } = parseMailboxList(checkFieldText(option, text));
  const only = mailboxes[0];
  if (defects.length > 0) throw new TypeError(`${option} holds what is not an address: ${defects[0]!.code} at ${defects[0]!.at}`);
  if (only?.mailbox === undefined || mailboxes.length > 1) throw new TypeError(`${option} does not hold one address; give several as an array`);
  return { displayName: only.displayName ?? '', mailbox: toWrite(option, only.mailbox), group };
}

function requireMailbox(option: string, text: string): Mailbox {
  const parsed = parseMailbox(checkFieldText(option, text));
  if (!parsed.ok) throw new TypeError(`${option} holds what is not an address: ${parsed.error} at ${parsed.at}`);
  return toWrite(option, parsed.value);
}

/** With the domain in ASCII where the local part is. */
function toWrite(option: string, address: Mailbox): Mailbox {
  if (address.domain === '') throw new TypeError(`${option} holds an address without a domain`);
  if (!address.needsUtf8) return address;
  if (!isAscii(address.localPart)) return checkVisible(option, address);
  const domain = toAscii(address.domain);
  return domain === undefined ? address : mailbox(address.localPart, domain);
}

/** RFC 6531 lets a local part hold what some readers take for the end of a line. */
function checkVisible(option: string, address: Mailbox): Mailbox {
  if (LINE_ENDS_OF_UNICODE.test(address.address)) throw new TypeError(`${option} holds an address with a control character or a line end`);
  return address;
}

/** `display-name = phrase`. What looks like an encoded word would be decoded, so it is encoded. @rfc 5322 3.2.5 */
function writePhrase(writer: HeaderWriter, name: string, utf8: boolean, after: string): void {
  const looksEncoded = name.includes('=?');
  if (ATOMS.test(name) && !looksEncoded) {
    const atoms = name.split(' ');
    atoms.forEach((atom, at) => writer.token(at === atoms.length - 1 ? `${atom}${after}` : atom));
    return;
  }
  const quoted = `"${name.replace(/["\\]/g, '\\$&')}"`;
  const isPrintable = PRINTABLE.test(name) || (utf8 && PRINTABLE_UTF8.test(name));
  if (isPrintable && !looksEncoded && quoted.length <= QUOTED_CHARACTERS) return writer.token(`${quoted}${after}`);
  writer.encoded(name);
  if (after !== '') writer.token(after);
}
