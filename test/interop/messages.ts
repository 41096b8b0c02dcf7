/**
 * The messages that every scenario sends, and what came of them held against what was sent, octet by octet.
 *
 * Read next: `our-server.ts`, and a scenario such as `swaks.ts`.
 */

/** A message that tests one property of a mail system. */
export interface Sample {
  readonly name: string;
  readonly octets: Uint8Array;
  /** What it needs of the server: octets above 127 need 8BITMIME, UTF-8 in the header and in addresses SMTPUTF8. */
  readonly needs: 'ASCII' | '8BITMIME' | 'SMTPUTF8';
}

const CRLF = '\r\n';
const SMTP_LINE_OCTETS = 998; // RFC 5321 4.5.3.1.6: 1000 with CRLF
const BASE64_LINE_CHARACTERS = 76; // RFC 2045 6.8
const ATTACHMENT_OCTETS = 100_000;
const LARGE_OCTETS = 5_000_000;

export const PLAIN: Sample = sample('plain', ['Two lines', '', `${'long '.repeat(199)}end`, ' a line that begins with a space ', '\ttab\t', 'From the start of a line']);

/** Dots where RFC 5321 section 4.5.2 doubles them: first, last, alone, many; and where it does not. */
export const DOTS: Sample = sample('dots', ['.', '..', '.x', '...', ' .', 'x.', '', '.', '', `.${'y'.repeat(SMTP_LINE_OCTETS - 2)}`, '.'.repeat(70), '.']);

export const EIGHT_BIT: Sample = sample('8-bit', ['Gr\u00fc\u00dfe aus K\u00f6ln \u2013 \u65e5\u672c\u8a9e \u{1f4e7}', '.\u00e9', '\u00a0'], { needs: '8BITMIME', fields: ['Content-Transfer-Encoding: 8bit'] });

export const ATTACHMENT: Sample = sample('100 KB attachment', base64Lines(ATTACHMENT_OCTETS), { fields: ['Content-Type: application/octet-stream; name="data.bin"', 'Content-Transfer-Encoding: base64'] });

export const INTERNATIONAL: Sample = sample('international', ['\u0393\u03b5\u03b9\u03ac \u03c3\u03bf\u03c5'], {
  needs: 'SMTPUTF8',
  fields: ['X-Name: J\u00fcrgen <j\u00fcrgen@b\u00fccher.example>', 'Content-Transfer-Encoding: 8bit'],
});

export const EMPTY_BODY: Sample = sample('empty body', []);

export const LARGE: Sample = sample('5 MB', textLines(LARGE_OCTETS));

/** What only BDAT can carry as it is: the last line has no CRLF. @rfc 3030 2 */
export const UNTERMINATED: Sample = { ...PLAIN, name: 'no last CRLF', octets: PLAIN.octets.subarray(0, PLAIN.octets.length - CRLF.length) };

/** What any SMTP server takes. */
export const ASCII_SAMPLES: readonly Sample[] = [PLAIN, DOTS, ATTACHMENT, EMPTY_BODY];
/** What a server with 8BITMIME takes. */
export const SAMPLES: readonly Sample[] = [...ASCII_SAMPLES, EIGHT_BIT];

function sample(name: string, body: readonly string[], { needs = 'ASCII', fields = [] }: { readonly needs?: Sample['needs']; readonly fields?: readonly string[] } = {}): Sample {
  const utf8 = needs === 'ASCII' ? 'us-ascii' : 'utf-8';
  const type = fields.some((field) => field.startsWith('Content-Type')) ? [] : [`Content-Type: text/plain; charset=${utf8}`];
  const header = [
    'From: Alice <alice@mailwright.example>',
    'To: Bob <bob@postfix.example>',
    'Date: Tue, 01 Jul 2025 10:52:37 +0200',
    `Message-ID: <${name.replaceAll(' ', '-')}@mailwright.example>`,
    `Subject: ${name}`,
    'MIME-Version: 1.0',
    ...type,
    ...fields,
  ];
  return { name, needs, octets: new Uint8Array(Buffer.from([...header, '', ...body, ''].join(CRLF))) };
}

/** Octets that do not repeat soon, so that a piece lost or sent twice is seen. */
function base64Lines(octetCount: number): string[] {
  const octets = Buffer.alloc(Math.floor((octetCount * 3) / 4));
  let state = 1;
  for (let at = 0; at < octets.length; at++) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    octets[at] = state >>> 16;
  }
  return octets.toString('base64').match(new RegExp(`.{1,${BASE64_LINE_CHARACTERS}}`, 'g')) ?? [];
}

/** Numbered lines, every seventh with a dot in front. */
function textLines(octetCount: number): string[] {
  const lines: string[] = [];
  for (let length = 0; length < octetCount; length += BASE64_LINE_CHARACTERS) {
    const line = `${lines.length % 7 === 0 ? '.' : ''}${lines.length} `;
    lines.push(line.padEnd(BASE64_LINE_CHARACTERS - CRLF.length, 'abcdefghij'));
  }
  return lines;
}

/** Throws unless exactly the messages `sent` arrived, each octet by octet as it was, in any order. */
export function assertArrived(received: readonly Uint8Array[], sent: readonly Uint8Array[]): void {
  const left = [...received];
  const missing: Uint8Array[] = [];
  for (const message of sent) {
    const at = left.findIndex((candidate) => Buffer.compare(candidate, message) === 0);
    if (at < 0) missing.push(message);
    else left.splice(at, 1);
  }
  if (missing.length === 0 && left.length === 0) return;
  const counts = `${sent.length} messages were sent, ${received.length} arrived, ${missing.length} of those sent did not arrive as they were`;
  const like = left.find((candidate) => messageId(candidate) === messageId(missing[0])) ?? left[0];
  throw new Error(missing[0] === undefined || like === undefined ? counts : `${counts}\n${describeDifference(like, missing[0])}`);
}

/** Throws unless both are the same. */
export function assertSameOctets(actual: Uint8Array, expected: Uint8Array): void {
  if (Buffer.compare(actual, expected) !== 0) throw new Error(describeDifference(actual, expected));
}

function describeDifference(actual: Uint8Array, expected: Uint8Array): string {
  const { length } = expected;
  let at = 0;
  while (at < length && at < actual.length && actual[at] === expected[at]) at++;
  const excerpt = (octets: Uint8Array): string => JSON.stringify(Buffer.from(octets.subarray(Math.max(0, at - 40), at + 40)).toString('latin1'));
  return `${actual.length} octets in place of ${length}, the first difference is at ${at}:\n  actual   ${excerpt(actual)}\n  expected ${excerpt(expected)}`;
}

function messageId(message: Uint8Array | undefined): string | undefined {
  return message === undefined ? undefined : /^message-id:.*/im.exec(Buffer.from(message.subarray(0, 4096)).toString('latin1'))?.[0];
}

/**
 * Takes the header fields off that a mail system put in front of a message on its way: exactly one of each name, in that
 * order. Throws when another field stands there.
 */
export function removePrepended(message: Uint8Array, names: readonly string[]): Uint8Array {
  const text = Buffer.from(message).toString('latin1');
  let end = 0;
  for (const name of names) {
    const field = new RegExp(`${name}:.*\\r?\\n(?:[ \\t].*\\r?\\n)*`, 'iy');
    field.lastIndex = end;
    const match = field.exec(text);
    if (match === null) throw new Error(`the message does not go on with ${name}: but with ${JSON.stringify(text.slice(end, end + 80))}`);
    end += match[0].length;
  }
  return message.subarray(end);
}
