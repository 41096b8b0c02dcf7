/**
 * The four messages of SCRAM (RFC 5802 section 7), read and written. Reading knows the grammar only; what the values mean
 * is in `scram-client.ts` and `scram-server.ts`.
 *
 *     client-first-message = gs2-header [reserved-mext ","] username "," nonce ["," extensions]
 *     server-first-message = [reserved-mext ","] nonce "," salt "," iteration-count ["," extensions]
 *     client-final-message = channel-binding "," nonce ["," extensions] "," proof
 *     server-final-message = (server-error / verifier) ["," extensions]
 */
import { decodeBase64, decodeUtf8Strict } from '@mailwright/wire';
import type { Parsed } from '@mailwright/wire';

/** What is wrong with a message. `extension` is `m=`: something must be understood that is not (RFC 5802 section 5.1). */
export type ScramMessageError = 'malformed' | 'extension';

/** The beginning of an exchange. */
export interface ClientFirst {
  /** As sent, both commas included; it comes back in the client's last message. */
  readonly gs2Header: string;
  /** `n`: the client can't bind. `y`: it could, and thinks that the server can't. `p`: it does. */
  readonly bindingFlag: 'n' | 'y' | 'p';
  /** The binding's name when the flag is `p`. */
  readonly bindingType: string | undefined;
  readonly authorizationId: string | undefined;
  readonly username: string;
  readonly nonce: string;
  /** The message without the GS2 header. */
  readonly bare: string;
}

/** The server's parameters. */
export interface ServerFirst {
  readonly nonce: string;
  readonly salt: Uint8Array;
  readonly iterations: number;
}

/** The client's proof. */
export interface ClientFinal {
  /** The GS2 header and the binding's octets. */
  readonly channelBinding: Uint8Array;
  readonly nonce: string;
  readonly proof: Uint8Array;
  /** The message up to the comma before the proof. */
  readonly withoutProof: string;
}

/** The server's proof, or why there is none. */
export type ServerFinal = { readonly type: 'verifier'; readonly signature: Uint8Array } | { readonly type: 'error'; readonly error: string };

const BINDING_FLAG = /^(?:(n|y)|p=([A-Za-z0-9.-]+))$/;
const NONCE = /^[\x21-\x2b\x2d-\x7e]+$/;
const ITERATIONS = /^[1-9][0-9]{0,9}$/;
const EXTENSION = /^[A-Za-z]=[^\0]+$/;

const malformed = { ok: false, error: 'malformed', at: 0 } as const;
const extension = { ok: false, error: 'extension', at: 0 } as const;

/** `saslname`: a comma and an equals sign have spellings of their own. @rfc 5802 5.1 */
export function encodeSaslName(name: string): string {
  return name.replaceAll('=', '=3D').replaceAll(',', '=2C');
}

/** The inverse of `encodeSaslName`; `undefined` for an equals sign that begins neither spelling, and for an empty name. @rfc 5802 5.1 */
export function decodeSaslName(text: string): string | undefined {
  if (text === '' || /=(?!2C|3D)/.test(text)) return undefined;
  return text.replaceAll('=2C', ',').replaceAll('=3D', '=');
}

/** Reads a `client-first-message`. Errors: `malformed`, `extension`; never throws. @rfc 5802 7 */
export function parseClientFirst(octets: Uint8Array): Parsed<ClientFirst, ScramMessageError> {
  const text = readText(octets);
  const fields = text?.split(',') ?? [];
  const [flagText = '', authorizationText = '', ...bareFields] = fields;
  const flag = BINDING_FLAG.exec(flagText);
  if (text === undefined || flag === null) return malformed;
  const authorizationId = authorizationText === '' ? undefined : decodeAttribute('a', authorizationText);
  if (authorizationText !== '' && authorizationId === undefined) return malformed;
  if (bareFields[0]?.startsWith('m=') === true) return extension;
  const username = decodeAttribute('n', bareFields[0]);
  const nonce = attribute('r', bareFields[1]);
  if (username === undefined || nonce === undefined || !NONCE.test(nonce)) return malformed;
  if (!areExtensions(bareFields.slice(2))) return malformed;
  const gs2Header = `${flagText},${authorizationText},`;
  const bindingFlag: ClientFirst['bindingFlag'] = flag[2] === undefined ? (flag[1] as 'n' | 'y') : 'p';
  const bare = text.slice(gs2Header.length);
  const value = { gs2Header, bindingFlag, bindingType: flag[2], authorizationId, username, nonce, bare };
  return { ok: true, value, end: octets.length };
}

/** Reads a `server-first-message`. Errors: `malformed`, `extension`; never throws. @rfc 5802 7 */
export function parseServerFirst(octets: Uint8Array): Parsed<ServerFirst, ScramMessageError> {
  const fields = readText(octets)?.split(',') ?? [];
  if (fields[0]?.startsWith('m=') === true) return extension;
  const nonce = attribute('r', fields[0]);
  const salt = base64Attribute('s', fields[1]);
  const iterations = attribute('i', fields[2]);
  if (nonce === undefined || !NONCE.test(nonce) || salt === undefined || salt.length === 0) return malformed;
  if (iterations === undefined || !ITERATIONS.test(iterations) || !areExtensions(fields.slice(3))) return malformed;
  return { ok: true, value: { nonce, salt, iterations: Number(iterations) }, end: octets.length };
}

/** Reads a `client-final-message`. Errors: `malformed`; never throws. @rfc 5802 7 */
export function parseClientFinal(octets: Uint8Array): Parsed<ClientFinal, ScramMessageError> {
  const text = readText(octets);
  const fields = text?.split(',') ?? [];
  const channelBinding = base64Attribute('c', fields[0]);
  const nonce = attribute('r', fields[1]);
  const proofText = fields.length > 2 ? fields.at(-1) : undefined;
  const proof = base64Attribute('p', proofText);
  if (text === undefined || channelBinding === undefined || nonce === undefined || !NONCE.test(nonce)) return malformed;
  if (proofText === undefined || proof === undefined || !areExtensions(fields.slice(2, -1))) return malformed;
  const withoutProof = text.slice(0, text.length - proofText.length - 1);
  return { ok: true, value: { channelBinding, nonce, proof, withoutProof }, end: octets.length };
}

/** Reads a `server-final-message`. Errors: `malformed`; never throws. @rfc 5802 7 */
export function parseServerFinal(octets: Uint8Array): Parsed<ServerFinal, ScramMessageError> {
  const fields = readText(octets)?.split(',') ?? [];
  if (!areExtensions(fields.slice(1))) return malformed;
  const error = attribute('e', fields[0]);
  if (error !== undefined && error !== '') return { ok: true, value: { type: 'error', error }, end: octets.length };
  const signature = base64Attribute('v', fields[0]);
  if (signature === undefined || signature.length === 0) return malformed;
  return { ok: true, value: { type: 'verifier', signature }, end: octets.length };
}

/** UTF-8 without NUL. */
function readText(octets: Uint8Array): string | undefined {
  const text = decodeUtf8Strict(octets);
  return text === undefined || text.includes('\0') ? undefined : text;
}

/** The value of `name=value`, or `undefined` where `field` is another attribute or missing. */
function attribute(name: string, field: string | undefined): string | undefined {
  return field !== undefined && field.startsWith(`${name}=`) ? field.slice(2) : undefined;
}

function decodeAttribute(name: string, field: string | undefined): string | undefined {
  const value = attribute(name, field);
  return value === undefined ? undefined : decodeSaslName(value);
}

function base64Attribute(name: string, field: string | undefined): Uint8Array | undefined {
  const value = attribute(name, field);
  return value === undefined ? undefined : decodeBase64(value);
}

/** Optional extensions are skipped, as the RFC wants, when they have their form. A second `m=` is not one. */
function areExtensions(fields: readonly string[]): boolean {
  return fields.every((field) => EXTENSION.test(field) && !field.startsWith('m='));
}
