/**
 * The writer of address fields. What it is given is checked already (`Mailbox`) or is quoted as needed (display names), so
 * nothing that comes out can end the field or add an address.
 *
 * Left out: folding and encoded words, which need to know the whole field (`@mailwright/mime`). Non-ASCII stays as it is,
 * which is a header of RFC 6532; MIME encodes the display names where the peer has no SMTPUTF8.
 */
import { ATEXT, isClass } from './grammar.ts';
import type { Mailbox } from './mailbox.ts';

/** A mailbox to be written; what `parseAddressList` gives is one where its `mailbox` is there. */
export interface MailboxToFormat {
  readonly type?: 'mailbox' | undefined;
  readonly mailbox: Mailbox | undefined;
  readonly displayName?: string | undefined;
}

/** A group to be written; what `parseAddressList` gives is one. */
export interface GroupToFormat {
  readonly type: 'group';
  readonly displayName: string;
  readonly members: readonly MailboxToFormat[];
}

/**
 * One mailbox of a header: `jane@example.com`, or `Jane Doe <jane@example.com>` where there is a display name. Throws a
 * `TypeError` for a display name with a control character (CR, LF, NUL), and for a mailbox without domain.
 *
 * @rfc 5322 3.4
 */
export function formatMailbox(mailbox: Mailbox, displayName?: string): string {
  if (mailbox.domain === '') throw new TypeError('Postmaster without domain stands on the envelope only');
  return displayName === undefined || displayName === '' ? mailbox.address : `${formatPhrase(displayName)} <${mailbox.address}>`;
}

/**
 * The value of an address field, on one line. Throws a `TypeError` as `formatMailbox` does, for an entry whose `mailbox` is
 * `undefined`, and for a group without name.
 *
 * @rfc 5322 3.4
 */
export function formatAddressList(addresses: readonly (MailboxToFormat | GroupToFormat)[]): string {
  return addresses.map((entry) => (entry.type === 'group' ? formatGroup(entry) : formatEntry(entry))).join(', ');
}

function formatGroup({ displayName, members }: GroupToFormat): string {
  if (displayName === '') throw new TypeError('a group needs a display name');
  return `${formatPhrase(displayName)}:${members.map((member) => ` ${formatEntry(member)}`).join(',')};`;
}

function formatEntry({ mailbox, displayName }: MailboxToFormat): string {
  if (mailbox === undefined) throw new TypeError(`no address to write for ${JSON.stringify(displayName ?? '')}`);
  return formatMailbox(mailbox, displayName);
}

/**
 * A display name as atoms where that is possible, else as a quoted string. What looks like an encoded word is quoted, so
 * that nobody decodes it (RFC 2047 5).
 *
 * @rfc 5322 3.2.5
 * @rfc 6532 3.2
 */
export function formatPhrase(displayName: string): string {
  let atoms = !displayName.includes('=?');
  let quoted = '"';
  let previous = ' ';
  for (const character of displayName) {
    const code = character.codePointAt(0)!;
    if (isControl(code)) throw new TypeError(`a control character or lone surrogate in the display name ${JSON.stringify(displayName)}`);
    if (character === ' ' ? previous === ' ' : code < 0x80 && !isClass(code, ATEXT)) atoms = false;
    quoted += character === '"' || character === '\\' ? `\\${character}` : character;
    previous = character;
  }
  return atoms && previous !== ' ' ? displayName : `${quoted}"`;
}

/** C0 (TAB too), DEL, C1, and what is no character of its own. */
function isControl(code: number): boolean {
  return code < 0x20 || (code >= 0x7f && code < 0xa0) || (code >= 0xd800 && code <= 0xdfff);
}
