/**
 * What may stand in a credential. The caller's own are checked when a mechanism is made, and a mistake is a TypeError that names the
 * field and never its content. The peer's are checked when they arrive, and a mistake is a rejection.
 */
import { saslprep } from './saslprep.ts';

const LINE_BREAKING = /[\0\r\n]/;
const CONTROL = /[\0-\x1f\x7f]/;
const LONE_SURROGATE = /\p{Cs}/u;
const TOKEN = /^[\x21-\x7e]+$/;

/** A caller's password: not empty; no CR, LF or NUL; expressible in UTF-8. Throws TypeError. */
export function checkPassword(password: string): string {
  requireText('password', password);
  if (LINE_BREAKING.test(password)) throw new TypeError('password holds a CR, LF or NUL');
  return password;
}

/** A caller's user name or authorization identity: as a password, and no control character at all. Throws TypeError. */
export function checkName(field: 'username' | 'authorizationId' | 'host' | 'externalIdentity', name: string): string {
  requireText(field, name);
  if (CONTROL.test(name)) throw new TypeError(`${field} holds a control character`);
  return name;
}

/** As `checkName` for a field that may be left out. An empty authorization identity means none. */
export function checkOptionalName(field: 'authorizationId' | 'host', name: string | undefined): string | undefined {
  return name === undefined || name === '' ? undefined : checkName(field, name);
}

/** A caller's token: printable US-ASCII without spaces. Throws TypeError. @rfc 6750 2.1 */
export function checkToken(token: string): string {
  requireText('token', token);
  if (!TOKEN.test(token)) throw new TypeError('token holds a character other than printable US-ASCII');
  return token;
}

/** The SASLprep form of a caller's text. Throws TypeError where there is none. */
export function prepareOrThrow(field: 'username' | 'password' | 'authorizationId', text: string): string {
  const prepared = saslprep(text);
  if (!prepared.ok) throw new TypeError(`${field} has no SASLprep form: ${prepared.error}`);
  if (prepared.value === '') throw new TypeError(`${field} is empty after SASLprep`);
  return prepared.value;
}

/** The SASLprep form of a peer's name, or `undefined` where there is none or it is empty. */
export function prepareName(name: string): string | undefined {
  const prepared = saslprep(name);
  return prepared.ok && prepared.value !== '' ? prepared.value : undefined;
}

/** Whether a peer's password is one that `checkPassword` would pass. */
export function isPassword(password: string): boolean {
  return password !== '' && !LINE_BREAKING.test(password);
}

/** Whether a peer's token is one that `checkToken` would pass. */
export function isToken(token: string): boolean {
  return TOKEN.test(token);
}

function requireText(field: string, text: string): void {
  if (typeof text !== 'string') throw new TypeError(`${field} is not a string`);
  if (text === '') throw new TypeError(`${field} is empty`);
  if (LONE_SURROGATE.test(text)) throw new TypeError(`${field} holds a lone surrogate`);
}
