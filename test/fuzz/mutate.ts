/**
 * Inputs out of inputs: some damage that mail gets on its way and some that an attacker would do. Nothing here knows MIME but for the words that
 * make its structure.
 *
 * Read next: `mime.ts`.
 */
import type { SeededRandom } from '@mailwright/testing';

/** Inputs are cut to this many octets, so that a run has many. */
export const MAX_INPUT_OCTETS = 65_536;

type Mutation = (octets: Buffer, random: SeededRandom, others: readonly Uint8Array[], words: readonly string[]) => Buffer;

const LF = 0x0a;
const MOST_MUTATIONS = 6;
const MOST_COPIES = 300;

/** One of `seeds` after one to six mutations. The same `random` gives the same octets. */
export function mutate(seeds: readonly Uint8Array[], words: readonly string[], random: SeededRandom): Uint8Array {
  let octets: Buffer = Buffer.from(cut(Buffer.from(random.pick(seeds)), random));
  for (let count = random.integer(1, MOST_MUTATIONS); count > 0; count--) {
    octets = random.pick(MUTATIONS)(octets, random, seeds, words);
    if (octets.length > MAX_INPUT_OCTETS) octets = octets.subarray(0, MAX_INPUT_OCTETS);
  }
  return new Uint8Array(octets);
}

/** A large seed from its begin, or with a piece left out, so that its end is seen too. */
function cut(octets: Buffer, random: SeededRandom): Buffer {
  if (octets.length <= MAX_INPUT_OCTETS) return octets;
  const head = random.integer(1024, MAX_INPUT_OCTETS - 1024);
  return Buffer.concat([octets.subarray(0, head), octets.subarray(octets.length - (MAX_INPUT_OCTETS - head))]);
}

const place = (octets: Buffer, random: SeededRandom): number => random.integer(0, octets.length);

const replace = (octets: Buffer, from: number, to: number, by: Uint8Array | string): Buffer =>
  Buffer.concat([octets.subarray(0, from), typeof by === 'string' ? Buffer.from(by, 'latin1') : by, octets.subarray(to)]);

/** Where the line begins and ends (its line end included) in which `at` is. */
function lineAround(octets: Buffer, at: number): readonly [from: number, to: number] {
  const from = at === 0 ? 0 : octets.lastIndexOf(LF, at - 1) + 1;
  const end = octets.indexOf(LF, at);
  return [from, end === -1 ? octets.length : end + 1];
}

function someLine(octets: Buffer, random: SeededRandom): readonly [from: number, to: number] {
  return lineAround(octets, place(octets, random));
}

/** A line that begins with `--` or names a boundary, if there is one. */
function boundaryLine(octets: Buffer, random: SeededRandom): readonly [from: number, to: number] {
  const needle = random.chance(0.7) ? '\n--' : 'boundary=';
  const at = octets.indexOf(needle, random.integer(0, octets.length));
  return lineAround(octets, at === -1 ? Math.max(0, octets.indexOf(needle)) : at + (needle === '\n--' ? 1 : 0));
}

const flipOctets: Mutation = (octets, random) => {
  const flipped = Buffer.from(octets);
  for (let count = random.integer(1, 12); count > 0 && flipped.length > 0; count--) flipped[random.integer(0, flipped.length - 1)] = random.integer(0, 255);
  return flipped;
};

const removeRange: Mutation = (octets, random) => {
  const from = place(octets, random);
  return replace(octets, from, Math.min(octets.length, from + random.integer(1, random.chance(0.5) ? 8 : 2000)), '');
};

const truncate: Mutation = (octets, random) => octets.subarray(0, place(octets, random));

const splice: Mutation = (octets, random, others) => {
  const other = Buffer.from(random.pick(others));
  return Buffer.concat([octets.subarray(0, place(octets, random)), other.subarray(place(other, random))]);
};

const insertWord: Mutation = (octets, random, _others, words) => {
  const at = random.chance(0.5) ? place(octets, random) : someLine(octets, random)[0];
  return replace(octets, at, at, random.pick(words));
};

const replaceLineByWord: Mutation = (octets, random, _others, words) => replace(octets, ...someLine(octets, random), `${random.pick(words)}\r\n`);

const duplicateLines: Mutation = (octets, random) => {
  const [from] = someLine(octets, random);
  const [, to] = lineAround(octets, Math.min(octets.length, from + random.integer(0, 400)));
  const lines = octets.subarray(from, Math.max(from, to));
  const copies = lines.length > 200 ? 2 : random.integer(1, 4);
  return replace(octets, from, from, Buffer.concat(Array.from({ length: copies }, () => lines)));
};

const moveLine: Mutation = (octets, random) => {
  const [from, to] = someLine(octets, random);
  const line = Buffer.from(octets.subarray(from, to));
  const rest = replace(octets, from, to, '');
  const at = someLine(rest, random)[0];
  return replace(rest, at, at, line);
};

/** The same line very often: fields, boundaries, encoded words, parameters. */
const bomb: Mutation = (octets, random) => {
  const [from, to] = random.chance(0.4) ? boundaryLine(octets, random) : someLine(octets, random);
  const line = octets.subarray(from, Math.min(to, from + 200));
  return replace(octets, from, from, Buffer.concat(Array.from({ length: random.integer(10, MOST_COPIES) }, () => line)));
};

/** A word very often on one line. */
const longLine: Mutation = (octets, random, _others, words) => {
  const at = place(octets, random);
  return replace(octets, at, at, random.pick(words).repeat(random.integer(10, MOST_COPIES)));
};

/** Boundaries that are beginnings of each other, closed too early, with spaces or text behind, or those of another multipart. */
const disturbBoundary: Mutation = (octets, random) => {
  const [from, to] = boundaryLine(octets, random);
  const line = octets.subarray(from, to).toString('latin1');
  const bare = line.replace(/[\r\n]+$/, '');
  const other = octets.subarray(...boundaryLine(octets, random)).toString('latin1');
  return replace(octets, from, to, random.pick([`${bare}--\r\n`, `${bare} \t\r\n`, `${bare}x\r\n`, `${bare.slice(0, -1)}\r\n`, ` ${line}`, bare, `${line}${line}`, other, `${bare}\n`, `${bare}\r`, `-${line}`]));
};

const changeLineEnds: Mutation = (octets, random) => {
  const text = octets.toString('latin1');
  const [from, to] = random.pick([[/\r\n/g, '\n'], [/\r?\n/g, '\r\n'], [/\r\n/g, '\r'], [/\n/g, '\n\r']] as const);
  if (random.chance(0.5)) return Buffer.from(text.replace(from, to), 'latin1');
  const at = random.integer(0, text.length);
  return Buffer.from(text.slice(0, at) + text.slice(at).replace(from, to), 'latin1');
};

/** The message inside others. */
const wrap: Mutation = (octets, random) => {
  let wrapped = octets;
  for (let depth = random.integer(1, random.chance(0.1) ? 120 : 4); depth > 0; depth--) {
    const head = random.chance(0.5) ? 'Content-Type: message/rfc822\r\n\r\n' : `Content-Type: multipart/mixed; boundary=b${random.integer(0, 2)}\r\n\r\n--b${random.integer(0, 2)}\r\n`;
    wrapped = Buffer.concat([Buffer.from(head), wrapped]);
  }
  return wrapped;
};

const MUTATIONS: readonly Mutation[] = [
  flipOctets, flipOctets, removeRange, truncate, splice, splice, insertWord, insertWord, insertWord, replaceLineByWord, duplicateLines, moveLine, bomb, longLine, disturbBoundary, disturbBoundary,
  changeLineEnds, wrap,
];
