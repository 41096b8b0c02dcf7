/**
 * Responses onto the wire. What comes out is what the parser reads back as the same value.
 *
 *     response-tagged = tag SP resp-cond-state CRLF
 *     resp-text       = ["[" resp-text-code "]" SP] [text]
 *     continue-req    = "+" SP (resp-text / base64) CRLF
 *
 * Read next: `response-parse.ts`, the inverse; `value-writer.ts`.
 *
 * @rfc 9051 7
 */
import { assertNever } from '@mailwright/wire';
import type { Data, Response, ResponseCode } from './response.ts';
import { allSpecs, findCode, findData } from './tables.ts';
import { isTag, ValueWriter, type WrittenPiece } from './value-writer.ts';

const STATUSES: ReadonlySet<string> = new Set(['OK', 'NO', 'BAD', 'PREAUTH', 'BYE']);

/**
 * Writes one response, without its CRLF. `utf8`: IMAP4rev2 or UTF8=ACCEPT is enabled.
 *
 * Errors: a `TypeError` or a `RangeError` for values that can't be written: a text with CR or LF, a code or data that nobody registered, an
 * unreadable response.
 */
export function encodeResponse(response: Response, utf8: boolean): readonly WrittenPiece[] {
  const writer = new ValueWriter(utf8, allSpecs());
  switch (response.type) {
    case 'tagged':
      if (!isTag(response.tag)) throw new TypeError(`not a tag: ${JSON.stringify(response.tag)}`);
      writer.raw(`${response.tag} ${checkedStatus(response.status)}`);
      writeText(writer, response.code, response.text);
      break;
    case 'status':
      writer.raw(`* ${checkedStatus(response.status)}`);
      writeText(writer, response.code, response.text);
      break;
    case 'continuation':
      writer.raw('+');
      writeText(writer, response.code, response.text);
      break;
    case 'data':
      writeData(writer.raw('* '), response.data);
      break;
    case 'unreadable':
      throw new TypeError('an unreadable response is read, not written');
    default:
      assertNever(response);
  }
  return writer.finish();
}

/** Writes a code with its brackets. Throws a `TypeError` for one that nobody registered. */
export function writeCode(writer: ValueWriter, code: ResponseCode): void {
  if (code.name === 'OTHER') {
    if (code.text !== undefined) checkCodeText(code.text);
    writer.raw('[').atom(code.atom).raw(code.text === undefined ? ']' : ` ${code.text}]`);
    return;
  }
  const spec = findCode(code.name);
  if (spec === undefined) throw new TypeError(`no response code: ${JSON.stringify((code as { name: unknown }).name)}`);
  writer.raw(`[${spec.name}`);
  spec.encode(writer, code);
  writer.raw(']');
}

function writeData(writer: ValueWriter, data: Data): void {
  if (data.name === 'OTHER') throw new TypeError('data that nobody knows is read, not written');
  const spec = findData(data.name);
  if (spec === undefined) throw new TypeError(`no data: ${JSON.stringify((data as { name: unknown }).name)}`);
  spec.encode(writer, data);
}

function writeText(writer: ValueWriter, code: ResponseCode | undefined, text: string): void {
  if (/[\0\r\n]|\p{Surrogate}/u.test(text)) throw new TypeError(`not the text of a response: ${JSON.stringify(text)}`);
  if (code !== undefined) writeCode(writer.space(), code);
  else if (text.startsWith('[')) throw new TypeError('a text that begins with "[" would be read as a code');
  writer.raw(` ${text}`);
}

function checkedStatus(status: string): string {
  if (!STATUSES.has(status)) throw new TypeError(`not a status: ${JSON.stringify(status)}`);
  return status;
}

/** 1*<any TEXT-CHAR except "]"> */
function checkCodeText(text: string): void {
  if (text === '' || /[\0\r\n\]]|\p{Surrogate}/u.test(text)) throw new TypeError(`not the text of a code: ${JSON.stringify(text)}`);
}
