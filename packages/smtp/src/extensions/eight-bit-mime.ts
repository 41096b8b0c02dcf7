/**
 * 8BITMIME: octets above 127 in the message. `BODY` says what a message holds; the third word, `BINARYMIME`, is RFC 3030's and
 * is met in `binary-mime.ts`.
 *
 *     body-value = "7BIT" / "8BITMIME" / "BINARYMIME"
 *
 * @rfc 6152
 * @rfc 3030 3
 */
import type { Capability, Extension, ParameterSpec } from '../extension.ts';
import { announced } from './announced.ts';

/** What the octets of a message may be: ASCII lines, lines of any octets, anything. */
export type BodyType = '7BIT' | '8BITMIME' | 'BINARYMIME';

const BODY_TYPES: ReadonlyMap<string, { readonly value: BodyType }> = new Map([
  ['7BIT', { value: '7BIT' }],
  ['8BITMIME', { value: '8BITMIME' }],
  ['BINARYMIME', { value: 'BINARYMIME' }],
]);

const BODY_MEANINGS: Readonly<Record<BodyType, string>> = {
  '7BIT': 'The message is ASCII.',
  '8BITMIME': 'The message may hold octets above 127, in lines.',
  BINARYMIME: 'The message may be any octets, in lines or not.',
};

const bodyParameter: ParameterSpec<'MAIL', 'BODY', BodyType> = {
  command: 'MAIL',
  keyword: 'BODY',
  source: 'RFC 6152 2',
  parse: (value) => (value === undefined ? undefined : BODY_TYPES.get(value) ?? BODY_TYPES.get(value.toUpperCase())),
  encode(value) {
    if (!BODY_TYPES.has(value)) throw new TypeError(`not a body type: ${JSON.stringify(value)}`);
    return value;
  },
  check: () => undefined,
  explain: (value) => BODY_MEANINGS[value],
};

export const eightBitMime: Extension<typeof bodyParameter, never, Capability<'eightBitMime', boolean>> = {
  keyword: '8BITMIME',
  rfc: 6152,
  offered: () => true,
  advertise: () => '',
  capability: announced('eightBitMime'),
  explain: () => 'Messages may hold octets above 127: text need not be squeezed into ASCII.',
  parameters: [bodyParameter],
  commands: [],
  objections: {},
};
