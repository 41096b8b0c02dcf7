/**
 * The parameters of a service in presentation form (RFC 9460 section 2.1 and appendix A): `alpn=h2,h3 port=8443 key667="x"`.
 *
 * Left out: what a parameter means, and that `mandatory` names only keys that are there. The octets are kept as they are.
 */
import { formatIp, parseIp } from './ip-octets.ts';
import type { SvcParam } from './records.ts';
import type { ZoneToken } from './zone-tokens.ts';

/** @rfc 9460 14.3.2 */
const KEYS: readonly string[] = ['mandatory', 'alpn', 'no-default-alpn', 'port', 'ipv4hint', 'ech', 'ipv6hint'];
const MAX_KEY = 0xfffe; // 65535 is "invalid key"

type Unescape = (text: string) => string | undefined;

/**
 * The parameters in ascending order of their keys; `undefined` for an unknown word, a value that is none, a key that comes twice.
 * @rfc 9460 2.1
 */
export function readSvcParams(fields: readonly ZoneToken[], unescape: Unescape): readonly SvcParam[] | undefined {
  const params = new Map<number, Uint8Array>();
  for (let index = 0; index < fields.length; index++) {
    const field = fields[index]!;
    const equals = field.text.indexOf('=');
    const word = equals < 0 ? field.text : field.text.slice(0, equals);
    // `key="value"` comes as two tokens, the second one quoted.
    const quoted = equals === field.text.length - 1 && fields[index + 1]?.quoted === true;
    const text = equals < 0 ? undefined : quoted ? fields[++index]!.text : field.text.slice(equals + 1);
    const key = readKey(word);
    const value = key === undefined || field.quoted ? undefined : readValue(key, KEYS.includes(word.toLowerCase()), text, unescape);
    if (key === undefined || value === undefined || params.has(key)) return undefined;
    params.set(key, value);
  }
  return [...params].sort(([one], [two]) => one - two).map(([key, value]) => ({ key, value }));
}

function readKey(word: string): number | undefined {
  const known = KEYS.indexOf(word.toLowerCase());
  if (known >= 0) return known;
  const digits = /^key(0|[1-9]\d{0,4})$/i.exec(word)?.[1];
  return digits !== undefined && Number(digits) <= MAX_KEY ? Number(digits) : undefined;
}

/** A key that is written as a number has its octets behind it; a named one what its own grammar says. */
function readValue(key: number, named: boolean, text: string | undefined, unescape: Unescape): Uint8Array | undefined {
  const octets = text === undefined ? '' : unescape(text);
  if (octets === undefined) return undefined;
  if (!named) return octetsOf(octets);
  switch (KEYS[key]) {
    case 'mandatory':
      return readMandatory(octets);
    case 'alpn':
      return readAlpn(octets);
    case 'no-default-alpn':
      return octets === '' ? new Uint8Array(0) : undefined;
    case 'port':
      return /^\d{1,5}$/.test(octets) && Number(octets) <= 0xffff ? Uint8Array.of(Number(octets) >> 8, Number(octets) & 255) : undefined;
    case 'ech':
      return /^[A-Za-z0-9+/]+={0,2}$/.test(octets) ? Uint8Array.from(Buffer.from(octets, 'base64')) : undefined;
    default:
      return joined(octets.split(',').map((address) => parseIp(address, key === 4 ? 4 : 6)));
  }
}

function readMandatory(text: string): Uint8Array | undefined {
  const keys = text.split(',').map(readKey);
  if (keys.some((key) => key === undefined)) return undefined;
  return joined((keys as number[]).sort((one, two) => one - two).map((key) => Uint8Array.of(key >> 8, key & 255)));
}

/** Commas in a protocol's name need a second layer of escapes, which nobody uses: write `key1=` then. */
function readAlpn(text: string): Uint8Array | undefined {
  return joined(text.split(',').map((id) => (id === '' || id.length > 255 || id.includes('\\') ? undefined : Uint8Array.of(id.length, ...octetsOf(id)))));
}

/** One word for each parameter. Inverse of `readSvcParams`. */
export function formatSvcParams(params: readonly SvcParam[]): readonly string[] {
  return params.map(({ key, value }) => formatNamed(key, value) ?? (value.length === 0 ? `key${key}` : `key${key}=${escape(value)}`));
}

/** With the key's own name and grammar, where the value has the form that grammar can say. */
function formatNamed(key: number, value: Uint8Array): string | undefined {
  switch (KEYS[key]) {
    case 'alpn':
      return formatAlpn(value);
    case 'no-default-alpn':
      return value.length === 0 ? 'no-default-alpn' : undefined;
    case 'port':
      return value.length === 2 ? `port=${value[0]! * 256 + value[1]!}` : undefined;
    case 'ipv4hint':
    case 'ipv6hint': {
      const size = key === 4 ? 4 : 16;
      if (value.length === 0 || value.length % size !== 0) return undefined;
      const addresses = Array.from({ length: value.length / size }, (_, index) => formatIp(value.subarray(index * size, (index + 1) * size)));
      return `${KEYS[key]}=${addresses.join(',')}`;
    }
    default:
      return undefined;
  }
}

function formatAlpn(value: Uint8Array): string | undefined {
  const ids: string[] = [];
  for (let at = 0; at < value.length; at += 1 + value[at]!) {
    const id = String.fromCharCode(...value.subarray(at + 1, at + 1 + value[at]!));
    if (id.length !== value[at] || !/^[A-Za-z0-9./_-]+$/.test(id)) return undefined;
    ids.push(id);
  }
  return ids.length === 0 ? undefined : `alpn=${ids.join(',')}`;
}

function escape(octets: Uint8Array): string {
  return Array.from(octets, (octet) => {
    const character = String.fromCharCode(octet);
    return /[A-Za-z0-9./_+,:=-]/.test(character) ? character : `\\${String(octet).padStart(3, '0')}`;
  }).join('');
}

function octetsOf(text: string): Uint8Array {
  return Uint8Array.from(Buffer.from(text, 'latin1'));
}

function joined(parts: readonly (Uint8Array | undefined)[]): Uint8Array | undefined {
  return parts.some((part) => part === undefined) ? undefined : Uint8Array.from(Buffer.concat(parts as Uint8Array[]));
}
