/**
 * Values for property tests, made from a `SeededRandom`: the same seed gives the same values on every machine. Everything
 * comes as plain text, numbers and octets, so that a package can be tested without another one's parser.
 *
 *     for (const seed of seeds(200)) { const text = generateMailbox(new SeededRandom(seed)); ... }
 */
import type { SeededRandom } from '../../packages/testing/src/seeded-random.ts';

const LETTERS = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ';
const DIGITS = '0123456789';
/** `atext` of RFC 5321 4.1.2 (from RFC 5322 3.2.3). */
const ATEXT = `${LETTERS}${DIGITS}!#$%&'*+-/=?^_\`{|}~`;
/** `qtextSMTP` of RFC 5321 4.1.2: every printable character but the quote and the backslash. */
const QTEXT = Array.from({ length: 95 }, (_value, index) => String.fromCharCode(32 + index)).filter((character) => character !== '"' && character !== '\\').join('');
const UTF8_LETTERS = 'äöüßéñçøåžłğıțșαβγδжшщяאבגदखग日本語中文한국어';
/** The characters of reply text, `textstring` of RFC 5321 4.2: printable and TAB. */
const TEXT = `${Array.from({ length: 95 }, (_value, index) => String.fromCharCode(32 + index)).join('')}\t`;

/** The seeds 1 to `count`. */
export function seeds(count: number): number[] {
  return Array.from({ length: count }, (_value, index) => index + 1);
}

/** A `Domain`: one to five labels of letters, digits and inner hyphens, 253 octets at most. */
export function generateDomain(random: SeededRandom): string {
  return Array.from({ length: random.integer(1, 5) }, () => generateLabel(random)).join('.');
}

function generateLabel(random: SeededRandom): string {
  const count = random.chance(0.02) ? 49 : random.integer(1, 12);
  const inner = random.text(`${LETTERS}${DIGITS}-`, Math.max(0, count - 2));
  const first = random.text(`${LETTERS}${DIGITS}`, 1);
  return count === 1 ? first : `${first}${inner}${random.text(`${LETTERS}${DIGITS}`, 1)}`;
}

/** An address literal in brackets: IPv4, or IPv6 in one of its spellings. */
export function generateAddressLiteral(random: SeededRandom): string {
  if (random.chance(0.5)) return `[${Array.from({ length: 4 }, () => random.integer(0, 255)).join('.')}]`;
  const groups = Array.from({ length: 8 }, () => random.integer(0, 0xffff).toString(16));
  if (random.chance(0.5)) return `[IPv6:${groups.join(':')}]`;
  const head = random.integer(0, 5);
  const tail = random.integer(0, 5 - head);
  return `[IPv6:${groups.slice(0, head).join(':')}::${groups.slice(0, tail).join(':')}]`;
}

/** What a local part says: `value` without quoting, `written` as it may stand in a command. 64 octets at most. */
export interface GeneratedLocalPart {
  readonly value: string;
  readonly written: string;
}

/** A `Local-part`: a `Dot-string` or, one time in four, a `Quoted-string`. With `utf8` one in two has other letters too. */
export function generateLocalPart(random: SeededRandom, { utf8 = false }: { readonly utf8?: boolean } = {}): GeneratedLocalPart {
  const alphabet = utf8 && random.chance(0.5) ? ATEXT + UTF8_LETTERS : ATEXT;
  if (random.chance(0.75)) {
    const value = Array.from({ length: random.integer(1, 3) }, () => random.text(alphabet, random.integer(1, 6))).join('.');
    return { value, written: value };
  }
  const value = random.text(`${QTEXT}"\\`, random.integer(1, 20));
  return { value, written: `"${value.replace(/["\\]/g, '\\$&')}"` };
}

/** A `Mailbox` as it may stand in a command. */
export function generateMailbox(random: SeededRandom, options: { readonly utf8?: boolean } = {}): string {
  const { written } = generateLocalPart(random, options);
  return `${written}@${random.chance(0.1) ? generateAddressLiteral(random) : generateDomain(random)}`;
}

/** The parts of a reply. The class of `enhanced` is that of `code`; 3xx replies have none. */
export interface GeneratedReply {
  readonly code: number;
  readonly enhanced: `${2 | 4 | 5}.${number}.${number}` | undefined;
  readonly lines: readonly string[];
}

/** A `Reply` of one to six lines. A line neither begins with what looks like an enhanced status nor with a blank. */
export function generateReply(random: SeededRandom): GeneratedReply {
  const kind = random.pick([2, 3, 4, 5] as const);
  const code = kind * 100 + random.integer(0, 5) * 10 + random.integer(0, 9);
  const enhanced = kind === 3 || random.chance(0.3) ? undefined : (`${kind}.${random.integer(0, 999)}.${random.integer(0, 999)}` as const);
  const lines = Array.from({ length: random.integer(1, 6) }, () => `${random.text(LETTERS, 1)}${random.text(TEXT, random.integer(0, 60))}`);
  return { code, enhanced, lines };
}

/** A command line without CRLF that any server knows and any parser must read. */
export function generateCommandLine(random: SeededRandom): string {
  const verb = (text: string): string => (random.chance(0.2) ? text.toLowerCase() : text);
  return random.pick<() => string>([
    () => `${verb('HELO')} ${generateDomain(random)}`,
    () => `${verb('EHLO')} ${random.chance(0.2) ? generateAddressLiteral(random) : generateDomain(random)}`,
    () => `${verb('MAIL FROM:')}${random.chance(0.2) ? '<>' : `<${generateMailbox(random)}>`}${random.chance(0.3) ? ` SIZE=${random.integer(0, 1 << 30)}` : ''}`,
    () => `${verb('RCPT TO:')}<${random.chance(0.1) ? 'Postmaster' : generateMailbox(random)}>`,
    () => verb('DATA'),
    () => verb('RSET'),
    () => `${verb('NOOP')}${random.chance(0.5) ? ` ${random.text(LETTERS, random.integer(1, 20))}` : ''}`,
    () => verb('QUIT'),
    () => `${verb('VRFY')} ${random.text(LETTERS, random.integer(1, 20))}`,
  ])();
}

/** A command line that something happened to: octets changed, dropped, doubled or put in. It has no CR and no LF. */
export function garbleLine(random: SeededRandom, line: string): string {
  let garbled = line;
  for (let count = random.integer(1, 4); count > 0; count--) {
    const at = random.integer(0, garbled.length);
    const put = random.pick(['', ' ', '<', '>', '@', ':', '"', '\\', '\0', '\t', '\x7f', 'ü', '=', '.', garbled.slice(at, at + 5)]);
    garbled = garbled.slice(0, at) + put + garbled.slice(at + random.integer(0, 2));
  }
  return garbled;
}

/** A message that holds to RFC 5321 2.3.8 and 4.5.3.1.6: CRLF only, lines of 998 octets at most, many that begin with dots. */
export function generateMessage(random: SeededRandom, { maxOctets = 4096, eightBit = false }: { readonly maxOctets?: number; readonly eightBit?: boolean } = {}): Uint8Array {
  const parts: string[] = [];
  const alphabet = `${LETTERS}${DIGITS} .,:;${eightBit ? '\xe4\xff\x80' : ''}`;
  for (let octets = 0; octets < maxOctets - 1000; octets += parts.at(-1)!.length) {
    const dots = random.chance(0.3) ? '.'.repeat(random.integer(1, 3)) : '';
    const count = random.chance(0.05) ? 998 - dots.length : random.integer(0, 76);
    parts.push(`${dots}${random.chance(0.3) ? '' : random.text(alphabet, count)}\r\n`);
    if (random.chance(0.02)) break;
  }
  return latin1Octets(parts.join(''));
}

const NASTY = ['\r\n', '\r\n.\r\n', '\r\n.', '\r\n..\r\n', '\r', '\n', '\n.\n', '\n.\r\n', '\r.\r', '\r\n.\n', '\r\r\n', '\n\r', '.', '..', '\0', '\xff', '\x80', 'QUIT\r\n', 'MAIL FROM:<a@b.example>\r\n', 'a', 'text'];

/** Octets that look for a way past line ends: bare CR and LF, half ends of data, NUL, 8-bit, commands, in `pieces` pieces. */
export function generateNastyText(random: SeededRandom, pieces: number): Uint8Array {
  return latin1Octets(Array.from({ length: pieces }, () => random.pick(NASTY)).join(''));
}

function latin1Octets(text: string): Uint8Array {
  const octets = new Uint8Array(text.length);
  for (let index = 0; index < text.length; index++) octets[index] = text.charCodeAt(index);
  return octets;
}
