/**
 * Writes a tree of parts (RFC 2045, RFC 2046): chooses encodings and boundaries and lays out the octets. Read next: `prepare-part.ts`,
 * `boundaries.ts`, `built-part.ts`.
 */
import type { ParameterMode } from '../header/parameter-format.ts';
import { Boundaries } from './boundaries.ts';
import { BuiltPieces } from './built-part.ts';
import type { BuiltPart, Requirements } from './built-part.ts';
import type { NextHop } from './choose-encoding.ts';
import { encodeText } from './encode-text.ts';
import { formatPartFields } from './part-fields.ts';
import { checkBoundary, isPart } from './part.ts';
import type { BoundarySource, Part } from './part.ts';
import { Base64Piece, SourcePiece } from './pieces.ts';
import type { Piece } from './pieces.ts';
import { BINARY, EIGHT_BIT, SEVEN_BIT, preparePart } from './prepare-part.ts';
import type { Prepared, PreparedLeaf, PreparedMultipart } from './prepare-part.ts';

/** How a tree is written. */
export interface BuildOptions {
  /** The boundary (of several multiparts: what each begins with), or chance to draw from. Needed where there is a multipart without one of its own. */
  readonly boundary?: BoundarySource | undefined;
  readonly nextHop?: NextHop | undefined;
  /** How file names and other parameters are written that are not ASCII. Default `both`: by RFC 2231, with a twin for old readers. */
  readonly parameterMode?: ParameterMode | undefined;
}

/** What stands around the tree. */
export interface Surroundings {
  /** Fields before those of the root. */
  readonly fields: string;
  readonly smtpUtf8: boolean;
  /** What boundaries are derived from where there is no source of them. */
  readonly seed: string | undefined;
  /** The body of a message ends with a line end. */
  readonly endLine: boolean;
}

const PARAMETER_MODES: ReadonlySet<string> = new Set<ParameterMode>(['strict', 'compat', 'both']);
const CRLF: Uint8Array = encodeText('\r\n');

/**
 * Writes a tree of parts without the header of a message around it.
 *
 * Errors: TypeError for content that its part can't carry, and for a boundary that occurs in it.
 * @rfc 2045 3
 * @rfc 2046 5.1
 */
export function buildPart(tree: Part, options: BuildOptions = {}): BuiltPart {
  const laid = layOut(tree, options, { fields: '', smtpUtf8: false, seed: undefined, endLine: false });
  return new BuiltPieces(laid.head, laid.pieces, laid.requires);
}

/** The octets of a tree: its header section, what comes behind it, and what all of it needs. */
export function layOut(tree: Part, options: BuildOptions, around: Surroundings): { readonly head: Uint8Array; readonly pieces: readonly Piece[]; readonly requires: Requirements } {
  checkOptions(options);
  if (!isPart(tree)) throw new TypeError('what is no part can\'t be written; part, multipart and messagePart make them');
  const prepared = preparePart(tree, { hop: options.nextHop ?? {}, parameterMode: options.parameterMode });
  const requires = {
    smtpUtf8: around.smtpUtf8 || prepared.smtpUtf8,
    eightBit: prepared.width >= EIGHT_BIT || around.smtpUtf8 || prepared.smtpUtf8,
    binary: prepared.width === BINARY,
  };
  if (prepared.type === 'leaf') return { head: encodeText(`${around.fields}${prepared.fields}\r\n`), pieces: around.endLine ? withLineEnd(prepared) : prepared.body, requires };
  const writer = new TreeWriter(around.fields, options.parameterMode);
  writer.multipart(prepared, chooseBoundaries(prepared, options.boundary, around.seed), []);
  const [head, ...pieces] = writer.end();
  return { head: head as Uint8Array, pieces, requires };
}

function checkOptions({ boundary, nextHop, parameterMode }: BuildOptions): void {
  if (typeof boundary === 'string') checkBoundary('boundary', boundary);
  else if (boundary !== undefined && typeof boundary?.octets !== 'function') throw new TypeError('boundary is neither text nor chance to draw from');
  if (nextHop !== undefined && (typeof nextHop !== 'object' || nextHop === null)) throw new TypeError('nextHop is not an object');
  if (parameterMode !== undefined && !PARAMETER_MODES.has(parameterMode)) throw new TypeError('parameterMode is strict, compat or both');
}

/** What `multipart` is put together from. */
class TreeWriter {
  #text: string;
  readonly #parameterMode: ParameterMode | undefined;
  readonly #pieces: Piece[] = [];

  constructor(fields: string, parameterMode: ParameterMode | undefined) {
    this.#text = fields;
    this.#parameterMode = parameterMode;
  }

  /** The first piece is the header section of the root. */
  end(): readonly Piece[] {
    this.#flush();
    return this.#pieces;
  }

  multipart(prepared: PreparedMultipart, boundaries: BoundaryMap, outer: readonly Uint8Array[]): void {
    const { part, children, width } = prepared;
    const boundary = boundaries.get(prepared)!;
    const encoding = width === SEVEN_BIT ? undefined : width === BINARY ? 'binary' : '8bit';
    this.#text += `${formatPartFields(part.mediaType, [...part.facts.parameters, ['boundary', boundary]], encoding, part.facts, this.#parameterMode)}\r\n`;
    if (this.#pieces.length === 0) this.#flush();
    const delimiters = [...outer, encodeText(`--${boundary}`)];
    for (const child of children) {
      this.#text += `--${boundary}\r\n`;
      if (child.type === 'multipart') this.multipart(child, boundaries, delimiters);
      else this.#leaf(child, delimiters);
      if (!endsInBase64(child)) this.#text += '\r\n';
    }
    this.#text += `--${boundary}--\r\n`;
  }

  #leaf({ fields, body }: PreparedLeaf, delimiters: readonly Uint8Array[]): void {
    if (fields !== '') this.#text += `${fields}\r\n`;
    this.#flush();
    for (const piece of body) this.#pieces.push(piece instanceof SourcePiece ? piece.bounded(delimiters) : piece);
  }

  #flush(): void {
    if (this.#text !== '') this.#pieces.push(encodeText(this.#text));
    this.#text = '';
  }
}

type BoundaryMap = ReadonlyMap<PreparedMultipart, string>;

/** One for each multipart, the outer ones first. */
function chooseBoundaries(root: PreparedMultipart, source: BoundarySource | undefined, seed: string | undefined): BoundaryMap {
  const multiparts: PreparedMultipart[] = [];
  const contents: Uint8Array[] = [];
  collect(root, multiparts, contents);
  const given = multiparts.flatMap(({ part }) => part.boundary ?? []);
  const boundaries = new Boundaries(source, seed, contents, given, multiparts.length - given.length);
  return new Map(multiparts.map((each) => [each, each.part.boundary ?? boundaries.next()]));
}

function collect(prepared: Prepared, multiparts: PreparedMultipart[], contents: Uint8Array[]): void {
  if (prepared.type === 'leaf') {
    for (const piece of prepared.body) if (piece instanceof Uint8Array) contents.push(piece);
    return;
  }
  multiparts.push(prepared);
  for (const child of prepared.children) collect(child, multiparts, contents);
}

/** Such a body ends in a CRLF that is none of its octets, which may as well belong to the boundary. */
function endsInBase64(prepared: Prepared): boolean {
  const last = prepared.type === 'leaf' ? prepared.body.at(-1) : undefined;
  return last instanceof Base64Piece && last.sizeOctets > 0;
}

/** A body that ends with a line end: the last of its pieces does, or one more does. */
function withLineEnd({ body }: PreparedLeaf): readonly Piece[] {
  const last = body.at(-1);
  if (last instanceof Uint8Array && (last.length === 0 || last.at(-1) === 0x0a)) return body;
  if (!(last instanceof Uint8Array) && !(last instanceof SourcePiece && last.encoding !== 'base64')) return body;
  return [...body, CRLF];
}
