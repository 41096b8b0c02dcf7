/**
 * The tree of parts for people who compose by hand (RFC 2045, RFC 2046): leaves, multiparts, messages inside the message. A part is a
 * value that only the makers here can make, checked when it is made. Read next: `build-part.ts`, `signed-part.ts`.
 */
import type { Random } from '@mailwright/wire';
import { isMessage } from '../header/content-type.ts';
import { checkFieldName, checkFieldText, formatUnstructured } from '../header/header-writer.ts';
import { checkMessageId } from '../header/message-id.ts';
import { WRITTEN_ENCODINGS } from './choose-encoding.ts';
import type { WrittenEncoding } from './choose-encoding.ts';
import { checkPartOptions, checkSize, checkSource } from './content-source.ts';
import type { ContentSource } from './content-source.ts';
import { UNKNOWN_MEDIA_TYPE, mediaTypeOf } from './media-types.ts';

/** Names and values of parameters or fields: as an object, or as pairs where the order or a repetition matters. */
export type NamedValues = Readonly<Record<string, string>> | readonly (readonly [name: string, value: string])[];

/** What every part may say about itself. CR, LF and NUL in any of it are a TypeError. */
export interface PartDescription {
  /** Parameters of the Content-Type field. */
  readonly parameters?: NamedValues | undefined;
  /** `left@right`, with or without brackets; `cid:left@right` in HTML points here. @rfc 2392 */
  readonly contentId?: string | undefined;
  readonly description?: string | undefined;
  /** Default: none said. @rfc 2183 */
  readonly disposition?: 'inline' | 'attachment' | undefined;
  /** Written as it is: who reads it makes it safe for a disk. */
  readonly fileName?: string | undefined;
  /** More fields, as free text. */
  readonly headers?: NamedValues | undefined;
}

/** A part that is no multipart. */
export interface PartInput extends PartDescription {
  readonly content: ContentSource;
  /** `type/subtype`. Default: by the ending of `fileName`; without one, text/plain for text and application/octet-stream for octets. */
  readonly mediaType?: string | undefined;
  /** Octets of a source in pieces, where they are known: the message knows its size then, and a source that gives others fails. */
  readonly sizeOctets?: number | undefined;
  /** Default: chosen by the content and the next hop. @rfc 2045 6 */
  readonly transferEncoding?: WrittenEncoding | undefined;
}

/** What a multipart may say about itself. */
export interface MultipartOptions extends PartDescription {
  /** Default: drawn or derived with the others of the message. */
  readonly boundary?: string | undefined;
}

/** A part of a tree, checked. */
export interface Part {
  readonly type: 'leaf' | 'multipart' | 'ready';
  /** `type/subtype` in lower case. */
  readonly mediaType: string;
}

/** Source of boundaries: the one boundary (others are derived from it), or chance. */
export type BoundarySource = string | Random;

const MEDIA_TYPE = /^[A-Za-z0-9!#$&^_.+-]{1,127}\/[A-Za-z0-9!#$&^_.+-]{1,127}$/; // RFC 6838 4.2
const SUBTYPE = /^[A-Za-z0-9!#$&^_.+-]{1,127}$/;
const TOKEN = /^[!#$&+.^_`{|}~0-9A-Za-z-]+$/; // RFC 2231 7: attribute-char
const BOUNDARY = /^[0-9A-Za-z'()+_,./:=?-]{1,70}$/; // RFC 2046 5.1.1, without the space
const OWN_PARAMETERS: ReadonlySet<string> = new Set(['boundary', 'name']);
const OWN_FIELDS: ReadonlySet<string> = new Set([
  'content-type', 'content-transfer-encoding', 'content-id', 'content-description', 'content-disposition', 'mime-version',
]);
const FACT_NAMES = ['parameters', 'contentId', 'description', 'disposition', 'fileName', 'headers'] as const satisfies readonly (keyof PartDescription)[];
const PART_NAMES: ReadonlySet<string> = new Set<keyof PartInput>([...FACT_NAMES, 'content', 'mediaType', 'sizeOctets', 'transferEncoding']);
const MULTIPART_NAMES: ReadonlySet<string> = new Set<keyof MultipartOptions>([...FACT_NAMES, 'boundary']);

/** What a part says about itself, checked. */
export interface CheckedFacts {
  readonly parameters: readonly (readonly [name: string, value: string])[];
  readonly contentId: string | undefined;
  readonly disposition: 'inline' | 'attachment' | undefined;
  readonly fileName: string | undefined;
  /** Content-Description and the further fields, written. */
  readonly fields: string;
}

/** A part that is no multipart, checked. */
export class LeafPart implements Part {
  readonly type = 'leaf';
  /** What messages call it: `attachments[0]`. */
  readonly option: string;
  readonly mediaType: string;
  readonly facts: CheckedFacts;
  readonly content: ContentSource;
  readonly sizeOctets: number | undefined;
  readonly transferEncoding: WrittenEncoding | undefined;

  constructor(option: string, input: PartInput) {
    checkPartOptions(option, input, PART_NAMES);
    checkSource(`${option}.content`, input.content);
    this.option = option;
    this.facts = checkFacts(option, input);
    this.mediaType = checkMediaType(option, input.mediaType === undefined ? defaultMediaType(input) : input.mediaType);
    this.content = input.content;
    this.sizeOctets = checkSize(`${option}.sizeOctets`, input.sizeOctets, input.content);
    this.transferEncoding = input.transferEncoding;
    if (input.transferEncoding !== undefined && !WRITTEN_ENCODINGS.has(input.transferEncoding)) throw new TypeError(`${option}.transferEncoding is none`);
  }
}

/** A multipart, checked. */
export class MultipartPart implements Part {
  readonly type = 'multipart';
  readonly option: string;
  readonly mediaType: string;
  readonly facts: CheckedFacts;
  readonly parts: readonly Part[];
  readonly boundary: string | undefined;

  constructor(option: string, subtype: string, parts: readonly Part[], input: MultipartOptions) {
    checkPartOptions(option, input, MULTIPART_NAMES);
    if (typeof subtype !== 'string' || !SUBTYPE.test(subtype)) throw new TypeError(`${option} has a subtype that is none`);
    if (!Array.isArray(parts) || parts.length === 0) throw new TypeError(`${option} has no parts`);
    for (const each of parts) if (!isPart(each)) throw new TypeError(`${option} holds what is no part; part, multipart and messagePart make them`);
    this.option = option;
    this.mediaType = `multipart/${subtype.toLowerCase()}`;
    this.facts = checkFacts(option, input);
    this.parts = parts;
    this.boundary = input.boundary === undefined ? undefined : checkBoundary(`${option}.boundary`, input.boundary);
    checkRequired(option, this);
  }
}

/** A part whose octets are fixed: what was signed. */
export class ReadyPart implements Part {
  readonly type = 'ready';
  readonly mediaType: string;
  readonly octets: Uint8Array;

  constructor(mediaType: string, octets: Uint8Array) {
    this.mediaType = mediaType;
    this.octets = octets;
  }
}

/**
 * A part that is no multipart.
 *
 * Errors: TypeError for what is no media type, parameter, identifier or source, for CR, LF or NUL in any of them, and for an option
 * that nobody knows (`path`, `href`, `url` among them); RangeError for a size that is none.
 * @rfc 2045 5
 * @rfc 2183 2
 */
export function part(input: PartInput): Part {
  return new LeafPart('part', input);
}

/**
 * A multipart: `multipart('mixed', [a, b])`.
 *
 * Errors: TypeError for no parts, and for what the subtype asks for: `signed` and `encrypted` take two parts and a `protocol`, `signed` a
 * `micalg` too, `report` two or three and a `report-type`, `digest` messages.
 * @rfc 2046 5.1
 * @rfc 1847 2
 * @rfc 6522 3
 */
export function multipart(subtype: string, parts: readonly Part[], options: MultipartOptions = {}): Part {
  return new MultipartPart('multipart', subtype, parts, options);
}

export function isPart(value: unknown): value is LeafPart | MultipartPart | ReadyPart {
  return value instanceof LeafPart || value instanceof MultipartPart || value instanceof ReadyPart;
}

/** Throws TypeError for a boundary that RFC 2046 does not allow. @rfc 2046 5.1.1 */
export function checkBoundary(option: string, boundary: string): string {
  if (typeof boundary !== 'string' || !BOUNDARY.test(boundary)) throw new TypeError(`${option} is not of the form that RFC 2046 gives it`);
  return boundary;
}

/** Pairs of any of the two forms. */
export function toPairs(option: string, values: NamedValues): readonly (readonly [name: string, value: string])[] {
  if (typeof values !== 'object' || values === null) throw new TypeError(`${option} is neither an object nor an array of pairs`);
  return isPairs(values) ? values : Object.entries(values);
}

function isPairs(values: NamedValues): values is readonly (readonly [name: string, value: string])[] {
  return Array.isArray(values);
}

function defaultMediaType(input: PartInput): string {
  if (input.fileName !== undefined) return mediaTypeOf(input.fileName);
  return typeof input.content === 'string' ? 'text/plain' : UNKNOWN_MEDIA_TYPE;
}

/** In lower case. @rfc 2045 5.1 */
function checkMediaType(option: string, mediaType: string): string {
  if (typeof mediaType !== 'string' || !MEDIA_TYPE.test(mediaType)) throw new TypeError(`${option}.mediaType is not of the form type/subtype; parameters have an option of their own`);
  if (/^multipart\//i.test(mediaType)) throw new TypeError(`${option}.mediaType is a multipart, which multipart() makes`);
  return mediaType.toLowerCase();
}

function checkFacts(option: string, input: PartDescription): CheckedFacts {
  const { contentId, description, disposition, fileName } = input;
  if (disposition !== undefined && disposition !== 'inline' && disposition !== 'attachment') throw new TypeError(`${option}.disposition is neither inline nor attachment`);
  if (fileName !== undefined && checkFieldText(`${option}.fileName`, fileName) === '') throw new TypeError(`${option}.fileName is empty`);
  const descriptionField = description === undefined ? '' : formatUnstructured('Content-Description', checkFieldText(`${option}.description`, description));
  return {
    parameters: input.parameters === undefined ? [] : checkParameters(option, input.parameters),
    contentId: contentId === undefined ? undefined : checkMessageId(contentId, `${option}.contentId`),
    disposition,
    fileName,
    fields: descriptionField + (input.headers === undefined ? '' : formatMoreFields(`${option}.headers`, input.headers)),
  };
}

function checkParameters(option: string, parameters: NamedValues): CheckedFacts['parameters'] {
  const seen = new Set<string>();
  return toPairs(`${option}.parameters`, parameters).map(([name, value]) => {
    if (typeof name !== 'string' || !TOKEN.test(name)) throw new TypeError(`${option}.parameters has a name that is none`);
    const key = name.toLowerCase();
    if (OWN_PARAMETERS.has(key)) throw new TypeError(`${option}.parameters has ${name}, which has an option of its own`);
    if (seen.has(key)) throw new TypeError(`${option}.parameters has ${name} twice`);
    seen.add(key);
    return [key, checkFieldText(`${option}.parameters.${name}`, value)];
  });
}

function formatMoreFields(option: string, headers: NamedValues): string {
  let fields = '';
  for (const [name, value] of toPairs(option, headers)) {
    if (OWN_FIELDS.has(checkFieldName(name, option).toLowerCase())) throw new TypeError(`${option} has ${name}, which has an option of its own`);
    fields += formatUnstructured(name, value, false, `${option}.${name}`);
  }
  return fields;
}

/** What a subtype can't be without. */
function checkRequired(option: string, { mediaType, parts, facts }: MultipartPart): void {
  const need = (name: string): void => {
    if (!facts.parameters.some(([key]) => key === name)) throw new TypeError(`${option} needs the parameter ${name}`);
  };
  const count = (least: number, most: number): void => {
    if (parts.length < least || parts.length > most) throw new TypeError(`${option} takes ${least === most ? least : `${least} or ${most}`} parts`);
  };
  if (mediaType === 'multipart/signed') return count(2, 2), need('protocol'), need('micalg');
  if (mediaType === 'multipart/encrypted') return count(2, 2), need('protocol');
  if (mediaType === 'multipart/report') return count(2, 3), need('report-type');
  if (mediaType === 'multipart/digest' && !parts.every((each) => isMessage(each.mediaType))) throw new TypeError(`${option} holds what is no message`);
}
