/**
 * Names of mailboxes. Values are decoded texts; on the wire they are modified UTF-7, or UTF-8 once IMAP4rev2 or UTF8=ACCEPT is enabled.
 * INBOX is INBOX in any case of letters.
 *
 *     mailbox = "INBOX" / astring
 *
 * A name that is no modified UTF-7 is read as it is sent.
 *
 * @rfc 3501 5.1.3
 * @rfc 9051 5.1
 */
import type { ValueReader } from './value-reader.ts';
import type { ValueWriter } from './value-writer.ts';

/** Reads a mailbox name. Fails for CR, LF and NUL, which only a literal can bring: such a name could not be said again. */
export function readMailbox(reader: ValueReader): string {
  const from = reader.at;
  const name = decodeName(reader.astring(), reader.utf8);
  if (/[\0\r\n]/.test(name)) reader.fail('the name of a mailbox', from);
  return name;
}

/** Reads a pattern of LIST: a name with `%` and `*`. */
export function readListMailbox(reader: ValueReader): string {
  return decodeName(reader.listMailbox(), reader.utf8);
}

/** Reads a name that the grammar wants as a string, where it is no whole name: prefixes of NAMESPACE. */
export function readMailboxString(reader: ValueReader): string {
  const name = reader.string();
  return reader.utf8 ? name : decodeMailboxName(name);
}

/** Writes a mailbox name. Throws a `TypeError` for NUL, CR, LF and lone surrogates. */
export function writeMailbox(writer: ValueWriter, name: string): void {
  checkName(name);
  const wire = writer.utf8 ? name : encodeMailboxName(name);
  writer.astring(isInbox(name) ? 'INBOX' : wire);
}

/** Writes a pattern of LIST. Throws a `TypeError` for NUL, CR, LF and lone surrogates. */
export function writeListMailbox(writer: ValueWriter, pattern: string): void {
  checkName(pattern);
  const wire = writer.utf8 ? pattern : encodeMailboxName(pattern);
  if (LIST_MAILBOX.test(wire)) writer.raw(wire);
  else writer.astring(wire);
}

/** Writes a name as a quoted string: prefixes of NAMESPACE. */
export function writeMailboxString(writer: ValueWriter, name: string): void {
  checkName(name);
  writer.string(writer.utf8 ? name : encodeMailboxName(name));
}

/** Whether it is INBOX, in any case of letters. */
export function isInbox(name: string): boolean {
  return name.length === 5 && name.toUpperCase() === 'INBOX';
}

/**
 * A name in modified UTF-7: printable ASCII stands for itself, `&` is `&-`, runs of others are UTF-16 in base64 with `,` for `/` between `&` and
 * `-`.
 */
export function encodeMailboxName(name: string): string {
  return PLAIN.test(name) ? name : name.replace(SHIFTED, (run) => (run === '&' ? '&-' : `&${encodeRun(run)}-`));
}

/** The inverse. What is no modified UTF-7 comes back as it is; written again, it is what its characters are in modified UTF-7. */
export function decodeMailboxName(wire: string): string {
  if (!wire.includes('&')) return wire;
  const name = wire.replace(/&([^-]*)(-?)/g, (all, run: string, end: string) => (end === '' ? all : run === '' ? '&' : (decodeRun(run) ?? all)));
  return encodeMailboxName(name) === wire ? name : wire;
}

/** What may stand without quotes as a pattern. */
const LIST_MAILBOX = /^[!#$%&'*+,\-./0-9:;<=>?@A-Z[\]^_`a-z|}~]+$/;
const PLAIN = /^[ -%'-~]*$/;
const SHIFTED = /&|[^ -~]+/g;
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+,';

function decodeName(wire: string, utf8: boolean): string {
  if (isInbox(wire)) return 'INBOX';
  return utf8 ? wire : decodeMailboxName(wire);
}

function checkName(name: string): void {
  if (/[\0\r\n]|\p{Surrogate}/u.test(name)) throw new TypeError(`not a mailbox name: ${JSON.stringify(name)}`);
}

function encodeRun(run: string): string {
  let text = '';
  let bits = 0;
  let held = 0;
  for (let index = 0; index < run.length; index++) {
    held = ((held & 0x3f) << 16) | run.charCodeAt(index);
    bits += 16;
    while (bits >= 6) {
      bits -= 6;
      text += ALPHABET[(held >>> bits) & 0x3f]!;
    }
    held &= (1 << bits) - 1;
  }
  return bits > 0 ? text + ALPHABET[(held << (6 - bits)) & 0x3f]! : text;
}

function decodeRun(run: string): string | undefined {
  let text = '';
  let bits = 0;
  let held = 0;
  for (let index = 0; index < run.length; index++) {
    const digit = ALPHABET.indexOf(run[index]!);
    if (digit < 0) return undefined;
    held = (held << 6) | digit;
    bits += 6;
    if (bits < 16) continue;
    bits -= 16;
    text += String.fromCharCode((held >>> bits) & 0xffff);
    held &= (1 << bits) - 1;
  }
  return text;
}
