/**
 * The messages that `dkim.ts` signs: those of the other scenarios, those that the tool comes with, and shapes at which canonicalization goes wrong.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { SeededRandom } from '@mailwright/testing';
import { BUILT_SAMPLES } from './built-messages.ts';
import { INTERNATIONAL, LARGE, SAMPLES, UNTERMINATED } from './messages.ts';

/** A message to be signed; every line ends in CRLF, but for the last one where the body has no line end. */
export interface MessageToSign {
  readonly name: string;
  readonly octets: Uint8Array;
}

const TOOL_SAMPLES = fileURLToPath(new URL('../../packages/cli/samples/', import.meta.url));
const HEADER = ['From: Alice <alice@one.example>', 'To: Bob <bob@two.example>', 'Subject: A shape', 'Date: Tue, 01 Jul 2025 10:52:37 +0200', 'Message-ID: <shape@one.example>'];

const shape = (name: string, body: string, header: readonly string[] = HEADER): MessageToSign => ({ name, octets: Buffer.from(`${header.join('\r\n')}\r\n\r\n${body}`) });

const SHAPES: readonly MessageToSign[] = [
  shape('no body at all, and an empty line', ''),
  shape('a body of one empty line', '\r\n'),
  shape('a body of empty lines', '\r\n'.repeat(500)),
  shape('a body of white space', ' \t \r\n\t\r\n  \r\n'),
  shape('white space without a last CRLF', 'text\r\n  \t'),
  shape('trailing empty lines', 'text\r\n\r\n\r\n\r\n'),
  shape('empty lines on both sides', '\r\n\r\ntext\r\n\r\n\r\nmore\r\n\r\n'),
  shape('white space at line ends and in a row', 'a  b\t\tc \t d   \r\n\t leading\r\n \r\ntrailing\t\r\n\r\n'),
  shape('two lines without a last CRLF', 'one\r\ntwo'),
  shape('a field folded in every place', 'text\r\n', [
    'From:\r\n Alice\r\n\t<alice@one.example>', 'To: Bob <bob@two.example>,\r\n  \t Carol <carol@two.example>,\r\n\tDave <dave@two.example>', 'SUBJECT:no space,  many   \t spaces  ', 'Date:\tTue, 01 Jul 2025 10:52:37 +0200',
    'message-id: <folded@one.example>\t ',
  ]),
  shape('empty fields', 'text\r\n', [...HEADER, 'Cc:', 'Reply-To: ', 'X-Empty:', 'Comments:\t']),
  shape('fields of one name, and names in odd letter case', 'text\r\n', [...HEADER.slice(1), 'fROM: alice@one.example', 'References: <1@one.example>', 'REFERENCES: <2@one.example>', 'Comments: one', 'Comments: two']),
  shape('a long field and a long line', `${'word '.repeat(199)}\r\n`, [...HEADER, `References: ${Array.from({ length: 60 }, (_, index) => `<${index}.${'x'.repeat(20)}@one.example>`).join('\r\n ')}`]),
  shape('8-bit octets that are no UTF-8', '', [...HEADER, 'Content-Type: text/plain; charset=iso-8859-1', 'Content-Transfer-Encoding: 8bit']),
];

/** Lines of random words and white space. */
function randomBody(seed: number): string {
  const random = new SeededRandom(seed);
  return Array.from({ length: random.integer(1, 60) }, () => `${random.text('ab .:\t\t  \u00e9', random.integer(0, 120))}\r\n`).join('');
}

function toolSamples(): readonly MessageToSign[] {
  const names = readdirSync(TOOL_SAMPLES).filter((name) => name.endsWith('.eml'));
  return names.map((name) => ({ name, octets: Buffer.from(readFileSync(`${TOOL_SAMPLES}${name}`, 'latin1').replace(/\r?\n/g, '\r\n'), 'latin1') }));
}

const LATIN1 = Buffer.from(Array.from({ length: 128 }, (_, index) => index + 128));

/** More than forty. */
export const MESSAGES_TO_SIGN: readonly MessageToSign[] = [
  ...[...SAMPLES, INTERNATIONAL, LARGE, UNTERMINATED].map(({ name, octets }) => ({ name, octets })),
  ...toolSamples(),
  ...BUILT_SAMPLES.map(({ name, octets }) => ({ name, octets })),
  ...SHAPES.map((each) => (each.name.startsWith('8-bit') ? { ...each, octets: Buffer.concat([each.octets, LATIN1, Buffer.from('\r\n')]) } : each)),
  ...[1, 2, 3].map((seed) => shape(`random lines, seed ${seed}`, randomBody(seed))),
];
