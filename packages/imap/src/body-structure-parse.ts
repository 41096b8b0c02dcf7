/**
 * BODYSTRUCTURE and BODY, octets to value. Every large server departs from this grammar for some messages, so the values are read first,
 * whatever they are (`loose-value.ts`), and what they mean is found by looking at all values of a part at once: this never fails.
 *
 *     body            = "(" (body-type-1part / body-type-mpart) ")"
 *     body-type-1part = (body-type-basic / body-type-msg / body-type-text) [SP body-ext-1part]
 *     body-type-basic = media-basic SP body-fields
 *     body-type-msg   = media-message SP body-fields SP envelope SP body SP body-fld-lines
 *     body-type-text  = media-text SP body-fields SP body-fld-lines
 *     body-fields     = body-fld-param SP body-fld-id SP body-fld-desc SP body-fld-enc SP body-fld-octets
 *     body-type-mpart = 1*body SP media-subtype [SP body-ext-mpart]
 *
 * Read next: `body-structure-fields.ts` (what each field may be), `body-structure-encode.ts`.
 *
 * @rfc 9051 7.5.2
 */
import type { BasicStructure, BodyStructure, MultipartStructure } from './body-structure.ts';
import {
  asList, asLower, asNumber, asText, isBody, isDisposition, isEnvelope, isList, isNumber, NOTHING, readExtension, readSingleExtension, toParameters,
} from './body-structure-fields.ts';
import { toEnvelope } from './envelope-parse.ts';
import { type LooseList, readLoose } from './loose-value.ts';
import type { ValueReader } from './value-reader.ts';

/** What stands before the octet count of a part: type, subtype, parameters, id, description, encoding. */
const FIELDS_BEFORE_OCTETS = 6;
const CODINGS = new Set(['7bit', '8bit', 'binary', 'base64', 'quoted-printable']);
/** Discrete and composite types; a lone word that is none of them is taken for a subtype. @rfc 6838 4.2 */
const TYPES = new Set(['application', 'audio', 'example', 'font', 'haptics', 'image', 'message', 'model', 'multipart', 'text', 'video']);

/** What a part is where its server does not know. @rfc 2045 5.2 */
const UNKNOWN_TYPE = 'application';
const UNKNOWN_SUBTYPE = 'octet-stream';

/**
 * Reads the answer to BODYSTRUCTURE or BODY, the cursor at its parenthesis. Fails where no list stands here, where its parentheses
 * don't pair and where it is nested beyond the limit.
 *
 * @rfc 9051 7.5.2
 */
export function readBodyStructure(reader: ValueReader): BodyStructure | undefined {
  const from = reader.at;
  if (reader.nil()) return undefined;
  const values = readLoose(reader);
  if (reader.failure !== undefined) return undefined;
  if (isList(values)) return toBodyStructure(values);
  reader.fail('a body structure', from);
  return undefined;
}

/** A body structure from whatever values stand where one should. Never fails. */
export function toBodyStructure(values: LooseList): BodyStructure {
  return toBody(values, isMultipart(values) ? '' : '1');
}

/** A multipart begins with its parts; one whose parts the server did not find is written as if it were a single part. */
function isMultipart(values: LooseList): boolean {
  return isList(values[0]) || asLower(values[0]) === 'multipart';
}

function toBody(values: LooseList, part: string): BodyStructure {
  if (isList(values[0])) return toMultipart(values, part);
  const fields = align(values);
  if (isMultipart(values)) return toEmptyMultipart(fields, part);
  return toSinglePart(fields, part);
}

/** @rfc 9051 7.5.2 */
function toMultipart(values: LooseList, part: string): MultipartStructure {
  const children: BodyStructure[] = [];
  const prefix = part === '' ? '' : `${part.endsWith('.TEXT') ? part.slice(0, -'.TEXT'.length) : part}.`;
  let at = 0;
  for (; isList(values[at]); at++) children.push(toBody(asList(values[at]), `${prefix}${at + 1}`));
  const subtype = asLower(values[at]) ?? 'mixed';
  const parameters = toParameters(values[at + 1]);
  return { kind: 'multipart', part, type: 'multipart', subtype, parameters, ...readExtension(values, at + 2), parts: children };
}

/**
 * Gmail and others, where a multipart has no parts that its boundary delimits. Behind the octets come the fields of either form: with
 * parameters first, or with an MD5.
 */
function toEmptyMultipart(fields: LooseList, part: string): MultipartStructure {
  const parameters = toParameters(fields[2]);
  const subtype = asLower(fields[1]) ?? 'mixed';
  return { kind: 'multipart', part, type: 'multipart', subtype, parameters, ...readExtension(fields, FIELDS_BEFORE_OCTETS + 2), parts: [] };
}

/** @rfc 9051 7.5.2 */
function toSinglePart(fields: LooseList, part: string): BodyStructure {
  const type = asLower(fields[0]) ?? UNKNOWN_TYPE;
  const subtype = asLower(fields[1]) ?? (type === UNKNOWN_TYPE ? UNKNOWN_SUBTYPE : type === 'text' ? 'plain' : '');
  const common = {
    part, type, subtype,
    parameters: toParameters(fields[2]),
    id: asText(fields[3]),
    description: asText(fields[4]),
    encoding: asLower(fields[5]) || '7bit',
    octetCount: asNumber(fields[6]),
  };
  const next = FIELDS_BEFORE_OCTETS + 1;
  if (type === 'text') {
    const hasLines = countsLines(fields, next);
    const lineCount = hasLines ? asNumber(fields[next]) : 0;
    return { kind: 'text', ...common, ...readSingleExtension(fields, hasLines ? next + 1 : next), lineCount };
  }
  if (type === 'message' && (subtype === 'rfc822' || subtype === 'global')) {
    const message = toMessage(fields, common);
    if (message !== undefined) return message;
  }
  return { kind: 'basic', ...common, ...readSingleExtension(fields, next) };
}

type Single = Omit<BasicStructure, 'kind' | 'disposition' | 'languages' | 'location' | 'md5'>;

/**
 * A message part with its envelope and body. Undefined where the server did not look into it and goes on as in any other part, as Gmail does with
 * messages in base64.
 */
function toMessage(fields: LooseList, common: Single): BodyStructure | undefined {
  let at = FIELDS_BEFORE_OCTETS + 1;
  const envelope = isEnvelope(fields[at]) ? asList(fields[at]) : undefined;
  if (envelope === undefined && isBody(fields[at])) at--; // the envelope is missing altogether
  else if (envelope === undefined && !isBody(fields[at + 1])) return undefined;
  const values = isList(fields[at + 1]) ? asList(fields[at + 1]) : NOTHING;
  const body = toBody(values, isMultipart(values) ? `${common.part}.TEXT` : `${common.part}.1`);
  const hasLines = countsLines(fields, at + 2);
  return {
    kind: 'message', ...common, ...readSingleExtension(fields, hasLines ? at + 3 : at + 2),
    envelope: toEnvelope(envelope ?? NOTHING),
    body,
    lineCount: hasLines ? asNumber(fields[at + 2]) : 0,
  };
}

/**
 * Whether the field is a count of lines. NIL is one too where MD5 and what follows it still come behind: servers that don't know the lines
 * write NIL or leave the field out.
 */
function countsLines(fields: LooseList, at: number): boolean {
  if (isNumber(fields[at])) return true;
  if (fields[at] !== undefined || isDisposition(fields[at + 1])) return false;
  return isDisposition(fields[at + 2]) || fields.length - at >= 5;
}

/**
 * Puts fields where the grammar has them when one before the octets was left out: the octets then are the sixth field and not the seventh.
 */
function align(fields: LooseList): LooseList {
  if (fields.length === 0 || !isNumber(fields[FIELDS_BEFORE_OCTETS - 1])) return fields;
  if (typeof fields[1] !== 'string') return alignType(fields);
  const encoding = asLower(fields[4]);
  return insert(fields, encoding !== undefined && CODINGS.has(encoding) ? 4 : 5);
}

/** One word where type and subtype belong: `"X-ZIP" (...)` of a bare `Content-Type: X-ZIP`, `"APPLICATION" NIL`. */
function alignType(fields: LooseList): LooseList {
  const word = asLower(fields[0]);
  return word === undefined || TYPES.has(word) ? insert(fields, 1) : [UNKNOWN_TYPE, ...fields];
}

function insert(fields: LooseList, at: number): LooseList {
  return [...fields.slice(0, at), undefined, ...fields.slice(at)];
}
