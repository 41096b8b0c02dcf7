/**
 * Responses from the wire. Names are looked up; what a spec can't read costs one response, what nobody registered comes as it is. A response code that
 * can't be read costs the code: the status counts.
 *
 *     response      = *(continue-req / response-data) response-done
 *     continue-req  = "+" SP (resp-text / base64) CRLF
 *     response-data = "*" SP (resp-cond-state / resp-cond-bye / mailbox-data / message-data / capability-data / ...) CRLF
 *     resp-text     = ["[" resp-text-code "]" SP] [text]
 *
 * Deviations, since servers in use do so: a status without text, a `+` without blank, no blank behind "]", blanks at the end of data.
 *
 * Read next: `response-encode.ts`, the inverse; `tables.ts`; `fetch/fetch-response.ts`.
 *
 * @rfc 9051 7
 */
import { ASTERISK, DIGIT_0, DIGIT_9, indexOfOctet, LEFT_BRACKET, PLUS, RIGHT_BRACKET, SP } from '@mailwright/wire';
import type { AnyCodeSpec } from './extension.ts';
import type { Frame } from './frame.ts';
import type { ImapLimits } from './limits.ts';
import type { Data, Response, ResponseCode, Status, StatusResponse, UnreadableResponse } from './response.ts';
import { allSpecs, findCode, findData } from './tables.ts';
import { ValueReader } from './value-reader.ts';

/**
 * Reads one response. Never throws: what can't be read is `unreadable`. Of an incomplete frame, data comes as far as it goes. Texts are copies,
 * octets of `BODY[]` and the like views into the frame.
 */
export function parseResponse(frame: Frame, limits: ImapLimits, utf8: boolean): Response {
  const { octets } = frame;
  if (octets.length > 2 && octets[0] === ASTERISK && octets[1] === SP) return readUntagged(new ValueReader(frame, limits, utf8, 2, allSpecs()));
  const reader = new ValueReader(frame, limits, utf8, 0, allSpecs());
  if (octets[0] === PLUS && (octets.length === 1 || octets[1] === SP)) return readContinuation(reader);
  return readTagged(reader);
}

function readUntagged(reader: ValueReader): Response {
  const first = reader.octets[2]!;
  if (first >= DIGIT_0 && first <= DIGIT_9) return readNumbered(reader);
  const name = reader.keyword();
  switch (name) {
    case 'OK': case 'NO': case 'BAD': case 'BYE': case 'PREAUTH':
      return readStatus(reader, name);
    default:
      return readData(reader, name, undefined);
  }
}

function readNumbered(reader: ValueReader): Response {
  const number = reader.number();
  reader.space();
  return readData(reader, reader.keyword(), number);
}

function readData(reader: ValueReader, name: string, number: number | undefined): Response {
  if (reader.failure !== undefined) return unreadable(reader);
  const spec = findData(name);
  if (spec === undefined || spec.numbered !== (number !== undefined)) return readUnknown(reader, name, number);
  const data = spec.parse(reader, number ?? 0) as Data;
  reader.spaces();
  reader.finish();
  return reader.failure === undefined || reader.cut ? { type: 'data', data } : unreadable(reader);
}

function readUnknown(reader: ValueReader, atom: string, number: number | undefined): Response {
  reader.skip(SP);
  return { type: 'data', data: { name: 'OTHER', atom, number, raw: reader.octets.slice(reader.at) } };
}

function readStatus(reader: ValueReader, status: StatusResponse['status']): Response {
  const code = readSpaceAndCode(reader);
  return { type: 'status', status, code, text: reader.rest() };
}

function readTagged(reader: ValueReader): Response {
  const tag = reader.tag();
  reader.space();
  const from = reader.at;
  const status = reader.keyword();
  if (status !== 'OK' && status !== 'NO' && status !== 'BAD') reader.fail('OK, NO or BAD', from);
  if (reader.failure !== undefined) return unreadable(reader);
  const code = readSpaceAndCode(reader);
  return { type: 'tagged', tag, status: status as Status, code, text: reader.rest() };
}

function readContinuation(reader: ValueReader): Response {
  reader.skip(PLUS);
  const code = readSpaceAndCode(reader);
  return { type: 'continuation', code, text: reader.rest() };
}

/** Takes the blank before the text, the code, and the blank behind it. What follows is text, whatever it is. */
function readSpaceAndCode(reader: ValueReader): ResponseCode | undefined {
  reader.skip(SP);
  if (reader.peek() !== LEFT_BRACKET) return undefined;
  const from = reader.at;
  reader.skip(LEFT_BRACKET);
  const name = reader.keyword();
  const spec = findCode(name);
  let code = spec === undefined || reader.failure !== undefined ? undefined : readKnownCode(reader, spec);
  if (code === undefined) {
    reader.moveTo(from + 1 + name.length);
    code = readOtherCode(reader, name);
  }
  if (code === undefined) reader.moveTo(from);
  else reader.skip(SP);
  return code;
}

function readKnownCode(reader: ValueReader, spec: AnyCodeSpec): ResponseCode | undefined {
  const code = spec.parse(reader) as ResponseCode;
  reader.spaces();
  reader.expect(RIGHT_BRACKET);
  return reader.failure === undefined ? code : undefined;
}

/** A code of another name, or one whose arguments are not as they should be: a name and a text. */
function readOtherCode(reader: ValueReader, atom: string): ResponseCode | undefined {
  const end = indexOfOctet(reader.octets, RIGHT_BRACKET, reader.at);
  if (end === -1 || atom === '') return undefined;
  const text = reader.skip(SP) ? reader.until(end) : undefined;
  reader.moveForward(end + 1);
  return { name: 'OTHER', atom, text: text === '' ? undefined : text };
}

function unreadable(reader: ValueReader): UnreadableResponse {
  const { expected, at } = reader.failure!;
  return { type: 'unreadable', raw: reader.octets.slice(), expected, at };
}
