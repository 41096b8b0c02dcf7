/**
 * What a server says: tagged responses, untagged ones, continuation requests. Data comes as one union discriminated by
 * `name`; the base protocol's kinds are in `responses/`, those of extensions in `extensions/`, and `Data` is made of both.
 *
 *     response = *(continue-req / response-data) response-done
 *
 * Read next: `response-parse.ts`, `response-encode.ts`, `fetch/fetch-data.ts`.
 *
 * @rfc 9051 7
 */
import type { ExtensionCode, ExtensionData } from './registry.ts';
import type { BaseData } from './responses/registered.ts';
import type { BaseCode } from './response-codes.ts';

export type Status = 'OK' | 'NO' | 'BAD';

/** A response code that no registered extension knows: `[NAME text]`. The name in upper case. */
export interface UnknownCode {
  readonly name: 'OTHER';
  readonly atom: string;
  readonly text: string | undefined;
}

/** `[...]` at the head of a status response. @rfc 9051 7.1 */
export type ResponseCode = BaseCode | ExtensionCode | UnknownCode;

/** The end of one command. */
export interface TaggedResponse {
  readonly type: 'tagged';
  readonly tag: string;
  readonly status: Status;
  readonly code: ResponseCode | undefined;
  readonly text: string;
}

/** `* OK`, `* NO`, `* BAD`, `* PREAUTH`, `* BYE`: no answer to one command, or the greeting. */
export interface StatusResponse {
  readonly type: 'status';
  readonly status: Status | 'PREAUTH' | 'BYE';
  readonly code: ResponseCode | undefined;
  readonly text: string;
}

/** `+`: go on with a literal, an exchange or IDLE. `text` is what follows as it came: base64 in AUTHENTICATE. */
export interface ContinuationRequest {
  readonly type: 'continuation';
  readonly code: ResponseCode | undefined;
  readonly text: string;
}

/** `* ...`: something the server knows, asked for or not. */
export interface DataResponse {
  readonly type: 'data';
  readonly data: Data;
}

/** Untagged data of a name that no registered extension knows. */
export interface UnknownData {
  readonly name: 'OTHER';
  readonly atom: string;
  readonly number: number | undefined;
  /** What follows the name, a copy. */
  readonly raw: Uint8Array;
}

/** A response that can't be read: it is told, and the next one begins where it should. */
export interface UnreadableResponse {
  readonly type: 'unreadable';
  readonly raw: Uint8Array;
  readonly expected: string;
  readonly at: number;
}

/** Every kind of untagged data, by `name`. */
export type Data = BaseData | ExtensionData | UnknownData;

export type Response = TaggedResponse | StatusResponse | ContinuationRequest | DataResponse | UnreadableResponse;
