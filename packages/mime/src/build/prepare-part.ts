/**
 * From a tree of parts to one whose encodings are chosen: each leaf has its fields and its octets, only the boundaries are missing.
 */
import { CR, LF, decodeUtf8Strict, encodeLatin1, indexOfSequence, latin1 } from '@mailwright/wire';
import { encodeQuotedPrintableBody } from '../coding/quoted-printable-encode.ts';
import { isMessage } from '../header/content-type.ts';
import { checkWellFormed } from '../header/header-writer.ts';
import type { ParameterMode } from '../header/parameter-format.ts';
import { BuiltPieces } from './built-part.ts';
import { checkAsked, checkHop, chooseMessageEncoding, chooseTextEncoding } from './choose-encoding.ts';
import type { NextHop, WrittenEncoding } from './choose-encoding.ts';
import { scanContent } from './content-facts.ts';
import type { ContentFacts } from './content-facts.ts';
import type { PieceSource } from './content-source.ts';
import { encodeText } from './encode-text.ts';
import { formatPartFields } from './part-fields.ts';
import { MultipartPart, ReadyPart } from './part.ts';
import type { CheckedFacts, LeafPart } from './part.ts';
import { Base64Piece, SourcePiece } from './pieces.ts';
import type { Piece } from './pieces.ts';

/** What a composite may be labelled as: the widest of what it holds. @rfc 2045 6.4 */
export type Width = 0 | 1 | 2;
export const SEVEN_BIT: Width = 0;
export const EIGHT_BIT: Width = 1;
export const BINARY: Width = 2;

/** How everything in a tree is written. */
export interface Manner {
  readonly hop: NextHop;
  readonly parameterMode: ParameterMode | undefined;
}

/** A part whose encoding is chosen. */
export type Prepared = PreparedLeaf | PreparedMultipart;

export interface PreparedLeaf {
  readonly type: 'leaf';
  readonly fields: string;
  readonly body: readonly Piece[];
  readonly width: Width;
  /** A header section inside of it is in UTF-8. */
  readonly smtpUtf8: boolean;
}

export interface PreparedMultipart {
  readonly type: 'multipart';
  readonly part: MultipartPart;
  readonly children: readonly Prepared[];
  readonly width: Width;
  readonly smtpUtf8: boolean;
}

const TEXT_PARTS = /^(?:text|message)\//;
const ENCODABLE_MESSAGES = /^message\/(?:global|delivery-status|disposition-notification|feedback-report)/;
const UTF8_CHARSET: CheckedFacts['parameters'] = [['charset', 'utf-8']];
const CRLFCRLF: Uint8Array = new Uint8Array([CR, LF, CR, LF]);

/**
 * Chooses the encodings of a tree. What stands in a `multipart/signed` is kept to 7 bits, so that no hop has a reason to touch it.
 *
 * Errors: TypeError for content that its part can't carry.
 * @rfc 2045 6
 * @rfc 1847 2.1
 */
export function preparePart(tree: LeafPart | MultipartPart | ReadyPart, manner: Manner): Prepared {
  if (tree instanceof ReadyPart) return { type: 'leaf', fields: '', body: [tree.octets], width: SEVEN_BIT, smtpUtf8: false };
  if (!(tree instanceof MultipartPart)) return prepareLeaf(tree, manner);
  const inner = tree.mediaType === 'multipart/signed' ? { ...manner, hop: {} } : manner;
  const children = tree.parts.map((child) => preparePart(child as LeafPart, inner));
  return {
    type: 'multipart', part: tree, children,
    width: children.reduce<Width>((widest, { width }) => (width > widest ? width : widest), SEVEN_BIT),
    smtpUtf8: children.some(({ smtpUtf8 }) => smtpUtf8),
  };
}

function prepareLeaf(leaf: LeafPart, manner: Manner): PreparedLeaf {
  const { content, mediaType } = leaf;
  if (content instanceof BuiltPieces && isMessage(mediaType)) return prepareBuilt(leaf, content, manner);
  if (typeof content !== 'string' && !(content instanceof Uint8Array)) return prepareSource(leaf, content, manner);
  if (isMessage(mediaType)) return prepareMessage(leaf, toOctets(leaf, content), manner);
  if (!TEXT_PARTS.test(mediaType)) return prepareOctets(leaf, toOctets(leaf, content), manner);
  return prepareText(leaf, typeof content === 'string' ? encodeText(withLineEnds(checkWellFormed(`${leaf.option}.content`, content))) : content, manner);
}

/** Text in any of the three customs of line ends; those of octets stay as they are. */
function prepareText(leaf: LeafPart, octets: Uint8Array, manner: Manner): PreparedLeaf {
  const { mediaType, transferEncoding, option } = leaf;
  const { hop } = manner;
  const facts = scanContent(octets);
  const mayEncode = mediaType.startsWith('text/') || ENCODABLE_MESSAGES.test(mediaType);
  if (transferEncoding !== undefined) checkAsked(option, transferEncoding, facts, hop);
  const encoding = transferEncoding ?? (mayEncode ? chooseTextEncoding(facts, hop) : chooseMessageEncoding(option, facts, hop));
  return finishLeaf(leaf, octets, encoding, facts, manner);
}

/** What is no text is base64, unless it was asked for otherwise. */
function prepareOctets(leaf: LeafPart, octets: Uint8Array, manner: Manner): PreparedLeaf {
  const encoding = leaf.transferEncoding ?? 'base64';
  if (encoding === 'base64') return { type: 'leaf', fields: fieldsOf(leaf, encoding, [], manner), body: [new Base64Piece(octets)], width: SEVEN_BIT, smtpUtf8: false };
  const facts = scanContent(octets);
  return finishLeaf(leaf, octets, checkAsked(leaf.option, encoding, facts, manner.hop), facts, manner);
}

/**
 * A message inside the message, its line ends made CRLF as those of any text are; with a header in UTF-8 it is a message/global.
 * @rfc 2046 5.2.1
 * @rfc 6532 3.7
 */
function prepareMessage(leaf: LeafPart, content: Uint8Array, manner: Manner): PreparedLeaf {
  const found = scanContent(content);
  const octets = found.bareLineEnd ? encodeLatin1(withLineEnds(latin1(content))) : content;
  const facts = found.bareLineEnd ? scanContent(octets) : found;
  const { option, transferEncoding } = leaf;
  const { hop } = manner;
  if (transferEncoding !== undefined) checkNotEncoded(option, checkAsked(option, transferEncoding, facts, hop));
  const encoding = transferEncoding ?? chooseMessageEncoding(option, facts, hop);
  const headerEnd = indexOfSequence(octets, CRLFCRLF);
  const smtpUtf8 = facts.eightBit && scanContent(headerEnd < 0 ? octets : octets.subarray(0, headerEnd)).eightBit;
  return { ...finishLeaf(leaf, octets, encoding, facts, manner, smtpUtf8 ? 'message/global' : leaf.mediaType), smtpUtf8 };
}

/** A message that was built here, which knows what it needs. */
function prepareBuilt(leaf: LeafPart, message: BuiltPieces, manner: Manner): PreparedLeaf {
  const { requires } = message;
  const encoding = requires.binary ? 'binary' : requires.eightBit ? '8bit' : '7bit';
  checkHop(leaf.option, encoding, manner.hop);
  const mediaType = requires.smtpUtf8 ? 'message/global' : leaf.mediaType;
  return { type: 'leaf', fields: fieldsOf(leaf, encoding, [], manner, mediaType), body: message.pieces, width: widthOf(encoding), smtpUtf8: requires.smtpUtf8 };
}

/** Nobody knows what will come, so it is base64; a message, which may not be, is held to what the next hop takes. */
function prepareSource(leaf: LeafPart, source: PieceSource, manner: Manner): PreparedLeaf {
  const { option, mediaType } = leaf;
  const { hop } = manner;
  const isIdentity = isMessage(mediaType);
  const encoding = leaf.transferEncoding ?? (isIdentity ? (hop.eightBitMime === true ? '8bit' : '7bit') : 'base64');
  checkHop(option, encoding, hop);
  if (isIdentity) checkNotEncoded(option, encoding);
  const body = new SourcePiece(option, source, encoding, leaf.sizeOctets ?? knownSize(source));
  return { type: 'leaf', fields: fieldsOf(leaf, encoding, [], manner), body: [body], width: widthOf(encoding), smtpUtf8: false };
}

function finishLeaf(leaf: LeafPart, octets: Uint8Array, encoding: WrittenEncoding, facts: ContentFacts, manner: Manner, mediaType: string = leaf.mediaType): PreparedLeaf {
  const fields = fieldsOf(leaf, encoding, charsetOf(leaf, octets, facts), manner, mediaType);
  const width = facts.eightBit || encoding === 'binary' ? widthOf(encoding) : SEVEN_BIT;
  if (encoding === 'base64') return { type: 'leaf', fields, body: [new Base64Piece(octets)], width, smtpUtf8: false };
  const body = encoding === 'quoted-printable' ? encodeQuotedPrintableBody(octets, TEXT_PARTS.test(mediaType) && !facts.bareLineEnd) : octets;
  return { type: 'leaf', fields, body: [body], width, smtpUtf8: false };
}

/** Of text: UTF-8 where it was given as text, or is that. Throws TypeError for another one said of text. @rfc 6657 3 */
function charsetOf({ option, mediaType, content, facts: { parameters } }: LeafPart, octets: Uint8Array, facts: ContentFacts): CheckedFacts['parameters'] {
  if (!mediaType.startsWith('text/')) return [];
  const said = parameters.find(([name]) => name === 'charset')?.[1].toLowerCase();
  const isUtf8 = typeof content === 'string' || (said === undefined && facts.eightBit && decodeUtf8Strict(octets) !== undefined);
  if (said === undefined) return isUtf8 ? UTF8_CHARSET : [];
  if (isUtf8 && said !== 'utf-8' && (said !== 'us-ascii' || facts.eightBit)) throw new TypeError(`${option} is text, which is written as UTF-8, not as ${said}; give octets for another charset`);
  return [];
}

function checkNotEncoded(option: string, encoding: WrittenEncoding): void {
  if (encoding === 'base64' || encoding === 'quoted-printable') throw new TypeError(`${option} is a message, which is never encoded`);
}

/** Text that is to travel in lines has those of mail, whatever its media type: an armored signature, for instance. */
function toOctets({ option, transferEncoding }: LeafPart, content: string | Uint8Array): Uint8Array {
  if (typeof content !== 'string') return content;
  const inLines = transferEncoding === '7bit' || transferEncoding === '8bit';
  checkWellFormed(`${option}.content`, content);
  return encodeText(inLines ? withLineEnds(content) : content);
}

/** Text with its line ends, of any of the three customs, as CRLF. */
function withLineEnds(text: string): string {
  return text.includes('\r') ? text.replace(/\r\n|\r|\n/g, '\r\n') : text.replaceAll('\n', '\r\n');
}

/** The octets of an array of pieces. */
function knownSize(source: PieceSource): number | undefined {
  if (!Array.isArray(source)) return undefined;
  return (source as readonly Uint8Array[]).reduce((count, octets) => count + octets.length, 0);
}

function widthOf(encoding: WrittenEncoding): Width {
  if (encoding === 'binary') return BINARY;
  return encoding === '8bit' ? EIGHT_BIT : SEVEN_BIT;
}

function fieldsOf(leaf: LeafPart, encoding: WrittenEncoding, more: CheckedFacts['parameters'], manner: Manner, mediaType: string = leaf.mediaType): string {
  const { facts } = leaf;
  return formatPartFields(mediaType, more.length === 0 ? facts.parameters : [...more, ...facts.parameters], encoding, facts, manner.parameterMode);
}
