/** Generated values of FETCH, for the inverse law. */
import type { BodyDisposition, BodyParameters, BodyStructure } from '../../src/body-structure.ts';
import type { Envelope, EnvelopeAddress } from '../../src/envelope.ts';
import type { SeededRandom } from '../../../testing/src/seeded-random.ts';

const CHARACTERS = 'abcXYZ019 "\\()[]{}%*<>@;:=?_-\u00e9\u4e2d\u{1f4e7}\r\n\t'.normalize();
const CHARACTER_LIST: readonly string[] = [...CHARACTERS];

/** Text of any characters that IMAP can carry; now and then long enough to become a literal. */
export function anyText(random: SeededRandom): string {
  const count = random.chance(0.02) ? 1100 : random.integer(0, 12);
  return Array.from({ length: count }, () => random.pick(CHARACTER_LIST)).join('');
}

export function maybe<T>(random: SeededRandom, make: () => T): T | undefined {
  return random.chance(0.5) ? make() : undefined;
}

function anyAddresses(random: SeededRandom): readonly EnvelopeAddress[] {
  const text = () => maybe(random, () => anyText(random));
  return Array.from({ length: random.integer(0, 3) }, () => ({ name: text(), route: text(), mailbox: text(), host: text() }));
}

export function anyEnvelope(random: SeededRandom): Envelope {
  const text = () => maybe(random, () => anyText(random));
  const from = anyAddresses(random);
  const again = () => (random.chance(0.5) ? from : anyAddresses(random));
  return {
    date: text(), subject: text(), from, sender: again(), replyTo: again(), to: anyAddresses(random), cc: anyAddresses(random), bcc: anyAddresses(random),
    inReplyTo: text(), messageId: text(),
  };
}

function anyParameters(random: SeededRandom): BodyParameters {
  const names = ['charset', 'name', 'name*', 'filename*0*', 'boundary', 'x-"odd"'];
  return new Map(names.filter(() => random.chance(0.3)).map((name) => [name, anyText(random)]));
}

function anyDisposition(random: SeededRandom): BodyDisposition | undefined {
  return maybe(random, () => ({ type: random.pick(['inline', 'attachment', 'x-other']), parameters: anyParameters(random) }));
}

/** `extended`: as BODYSTRUCTURE tells it; else as BODY does. */
export function anyStructure(random: SeededRandom, extended: boolean, part: string = '', depth: number = 0): BodyStructure {
  const children = depth < 4 && random.chance(0.5) ? random.integer(1, 3) : 0;
  if (children > 0 || (extended && random.chance(0.05))) return anyMultipart(random, extended, part, depth, children);
  const number = part === '' ? '1' : part.endsWith('.TEXT') ? `${part.slice(0, -'.TEXT'.length)}.1` : part;
  const common = {
    part: number, parameters: anyParameters(random),
    ...anyExtension(random, extended),
    id: maybe(random, () => anyText(random)),
    description: maybe(random, () => anyText(random)),
    encoding: random.pick(['7bit', '8bit', 'base64', 'quoted-printable', 'x-own']),
    octetCount: random.integer(0, 1e9),
    md5: extended ? maybe(random, () => anyText(random)) : undefined,
  };
  if (random.chance(0.4)) return { kind: 'text', type: 'text', subtype: random.pick(['plain', 'html', 'x']), ...common, lineCount: random.integer(0, 1e6) };
  if (depth < 4 && random.chance(0.3)) {
    const body = anyStructure(random, extended, `${number}.TEXT`, depth + 1);
    const subtype = random.pick(['rfc822', 'global']);
    return { kind: 'message', type: 'message', subtype, ...common, envelope: anyEnvelope(random), body, lineCount: random.integer(0, 1e6) };
  }
  return { kind: 'basic', type: random.pick(['image', 'application', 'audio', 'x-odd type']), subtype: random.pick(['png', 'pdf', 'x"y']), ...common };
}

function anyMultipart(random: SeededRandom, extended: boolean, part: string, depth: number, children: number): BodyStructure {
  const prefix = part === '' ? '' : `${part.endsWith('.TEXT') ? part.slice(0, -'.TEXT'.length) : part}.`;
  return {
    kind: 'multipart', part, type: 'multipart', subtype: random.pick(['mixed', 'alternative', 'related', 'x"y']),
    parameters: extended ? anyParameters(random) : new Map(),
    ...anyExtension(random, extended),
    parts: Array.from({ length: children }, (_, index) => anyStructure(random, extended, `${prefix}${index + 1}`, depth + 1)),
  };
}

function anyExtension(random: SeededRandom, extended: boolean) {
  if (!extended) return { disposition: undefined, languages: [], location: undefined };
  const languages = Array.from({ length: random.integer(0, 3) }, () => random.pick(['en', 'de-AT', 'x']));
  return { disposition: anyDisposition(random), languages, location: maybe(random, () => anyText(random)) };
}
