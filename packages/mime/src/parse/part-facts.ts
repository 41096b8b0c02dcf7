/**
 * What the header section of a part says about the part: what it is, how it is encoded, what it is called. The fields are looked up once;
 * what most readers do not ask for is read when it is asked for.
 *
 * Left out: the fields that are about the message (From, Subject), which are the reader's. Read next: `message-scanner.ts`.
 */
import type { LimitReached } from '@mailwright/wire';
import { mimeDefect } from '../defect.ts';
import type { MimeDefect } from '../defect.ts';
import { isIdentity, parseTransferEncoding } from '../coding/transfer-codec.ts';
import type { TransferEncoding } from '../coding/transfer-coding.ts';
import { parseDisposition } from '../header/content-disposition.ts';
import type { Disposition } from '../header/content-disposition.ts';
import { DEFAULT_CONTENT_TYPE, findParameter, isMultipart, parseContentTypeField } from '../header/content-type.ts';
import type { ContentType, ContentTypeField } from '../header/content-type.ts';
import { readFileName } from '../header/file-name.ts';
import type { HeaderField } from '../header/header-field.ts';
import { findField, findFields } from '../header/header-parse.ts';
import type { HeaderSection } from '../header/header-parse.ts';
import { parseMessageIds } from '../header/message-id-parse.ts';
import type { MimeLimits } from '../limits.ts';

const MESSAGE_TYPE: ContentType = { mediaType: 'message/rfc822', parameters: [] };
const NONE: readonly MimeDefect[] = [];
/** As nearly all mailers write them: one look instead of a parse. */
const PLAIN_ENCODINGS: ReadonlyMap<string, TransferEncoding> = new Map([['7bit', '7bit'], ['8bit', '8bit'], ['base64', 'base64'], ['quoted-printable', 'quoted-printable']]);

/** What a part says of itself. */
export interface PartFacts {
  readonly headers: HeaderSection;
  /** What the part is read as: the field where it can be read, else the default of the place where the part stands. */
  readonly contentType: ContentType;
  /** In lower case: `text/plain`. */
  readonly mediaType: string;
  /** The charset as the field names it; `undefined` where it names none. */
  readonly charset: string | undefined;
  /** In lower case: `inline`, `attachment`, or another word; `undefined` where there is no such field. */
  readonly disposition: string | undefined;
  /** As the sender wrote it, decoded. Never use it as a path: see `safeFileName`. */
  readonly fileName: string | undefined;
  /** Without its brackets. */
  readonly contentId: string | undefined;
  /** `7bit` where the part does not say; an encoding that is not known is read as `binary`. */
  readonly transferEncoding: TransferEncoding;
}

/** The facts of one part. Not exported by the package: `MessagePart` and `StreamedPart` show them. */
export class HeaderFacts implements PartFacts {
  headers: HeaderSection;
  contentType: ContentType;
  readonly transferEncoding: TransferEncoding;
  /** What is wrong with the fields that were read here. */
  readonly defects: readonly MimeDefect[];
  /** `LIMIT_PARAMETERS`: parameters behind it were not read. */
  readonly limit: LimitReached | undefined;
  readonly #disposition: Disposition | undefined;
  /** True where there is a Content-Type: the default names a charset, which nobody declared. */
  readonly #hasField: boolean;

  /** `inDigest`: the part stands in a multipart/digest, so it is a message where it does not say otherwise. @rfc 2046 5.1.5 */
  constructor(headers: HeaderSection, inDigest: boolean, limits: MimeLimits) {
    const defects: MimeDefect[] = [];
    this.headers = headers;
    const dispositionField = findOne(headers, 'Content-Disposition', defects);
    this.#disposition = readDisposition(dispositionField, limits, defects);
    const field = findOne(headers, 'Content-Type', defects);
    const declared = field === undefined ? undefined : parseContentTypeField(field.text, limits);
    this.#hasField = field !== undefined;
    this.contentType = readContentType(field, declared, defects) ?? (field === undefined ? undeclaredType(inDigest) : unreadableType(field, this.#disposition));
    this.transferEncoding = readEncoding(findOne(headers, 'Content-Transfer-Encoding', defects), defects);
    this.limit = atField(declared?.limit, field) ?? atField(this.#disposition?.limit, dispositionField);
    this.defects = defects.length === 0 ? NONE : defects;
  }

  get mediaType(): string {
    return this.contentType.mediaType;
  }

  get charset(): string | undefined {
    return this.#hasField ? findParameter(this.contentType, 'charset') : undefined;
  }

  get disposition(): string | undefined {
    return this.#disposition?.disposition;
  }

  get fileName(): string | undefined {
    return readFileName(this.contentType, this.#disposition);
  }

  /** @rfc 2045 7 */
  get contentId(): string | undefined {
    const text = findField(this.headers, 'Content-ID')?.text;
    if (text === undefined || text === '') return undefined;
    return parseMessageIds(text).ids[0] ?? text;
  }

  get isMultipart(): boolean {
    return isMultipart(this.contentType.mediaType);
  }

  /** True where the octets of the body are those of the content. */
  get isIdentity(): boolean {
    return isIdentity(this.transferEncoding);
  }
}

/** The first field of the name counts. @rfc 5322 3.6 */
function findOne(headers: HeaderSection, name: string, defects: MimeDefect[]): HeaderField | undefined {
  const fields = findFields(headers, name);
  if (fields.length > 1) defects.push(mimeDefect('MIME_DUPLICATE_FIELD', fields[1]!.start));
  return fields[0];
}

function readDisposition(field: HeaderField | undefined, limits: MimeLimits, defects: MimeDefect[]): Disposition | undefined {
  if (field === undefined) return undefined;
  const disposition = parseDisposition(field.text, limits);
  addDefects(defects, disposition.defects, field);
  return disposition;
}

function readContentType(field: HeaderField | undefined, read: ContentTypeField | undefined, defects: MimeDefect[]): ContentType | undefined {
  if (field === undefined || read === undefined) return undefined;
  addDefects(defects, read.defects, field);
  if (read.contentType === undefined) defects.push(mimeDefect('MIME_BAD_CONTENT_TYPE', field.valueStart));
  return read.contentType;
}

function atField(limit: LimitReached | undefined, field: HeaderField | undefined): LimitReached | undefined {
  return limit === undefined || field === undefined ? undefined : { ...limit, offset: field.valueStart };
}

/** @rfc 2045 5.2 */
function undeclaredType(inDigest: boolean): ContentType {
  return inDigest ? MESSAGE_TYPE : DEFAULT_CONTENT_TYPE;
}

/** Where there is no media type, the parameters may still be there: a name, a charset. */
function unreadableType(field: HeaderField, disposition: Disposition | undefined): ContentType {
  const mediaType = disposition?.disposition === 'attachment' ? 'application/octet-stream' : 'text/plain';
  return { mediaType, parameters: parseDisposition(field.text).parameters };
}

/** What is not known is not touched. @rfc 2045 6.4 */
function readEncoding(field: HeaderField | undefined, defects: MimeDefect[]): TransferEncoding {
  if (field === undefined) return '7bit';
  const { text } = field;
  const encoding = PLAIN_ENCODINGS.get(text) ?? parseTransferEncoding(text);
  if (encoding === undefined) defects.push(mimeDefect('MIME_UNKNOWN_TRANSFER_ENCODING', field.valueStart));
  return encoding ?? 'binary';
}

/** The text of a field is unfolded, so its offsets are not those of the message: the field's own stands for them. */
function addDefects(defects: MimeDefect[], found: readonly MimeDefect[], field: HeaderField): void {
  for (const { code } of found) defects.push(mimeDefect(code, field.valueStart));
}
