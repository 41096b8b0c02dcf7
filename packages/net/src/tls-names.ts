/**
 * Is this certificate for that name? The service identity check of RFC 9525, on text.
 *
 * Only subject alternative names count: DNS-ID and IP-ID. The subject's common name is never looked at. A wildcard is
 * the whole left-most label, stands for exactly one label, and is taken for no name directly below the root (`*.org`), as
 * OpenSSL and browsers do. Leaves out SRV-ID, URI-ID and the chain of trust (OpenSSL's
 * work). Read next: `tls-handshake.ts`.
 *
 * @rfc 9525 6
 */
import { isIP } from 'node:net';
import { domainToASCII } from 'node:url';
import type { SubjectAltName } from './tls.ts';

const TYPES: Readonly<Record<string, SubjectAltName['type']>> = {
  DNS: 'dns',
  'IP Address': 'ip',
  email: 'email',
  URI: 'uri',
};

/** One entry of Node's text: `DNS:a.example`, or `DNS:"..."` with JSON escapes when the value holds odd characters. */
const ENTRY = /(?:^|, )([^:,"]+):("(?:[^"\\]|\\.)*"|[^,"]*)(?=, |$)/y;

/**
 * Parses the text that Node makes of a subjectAltName extension: `DNS:a.example, IP Address:192.0.2.1`.
 *
 * Errors: an entry that can't be read ends the list; what follows it counts as absent, so a name is never invented.
 */
export function parseAltNames(text: string | undefined): SubjectAltName[] {
  const names: SubjectAltName[] = [];
  if (text === undefined) return names;
  ENTRY.lastIndex = 0;
  for (let match = ENTRY.exec(text); match !== null && match[0] !== ''; match = ENTRY.exec(text)) {
    const value = unquote(match[2]!);
    if (value === undefined) break;
    names.push({ type: TYPES[match[1]!] ?? 'other', value });
  }
  return names;
}

/** Whether one of `altNames` is one of `references` (DNS names or IP addresses the caller trusts). */
export function matchesAnyName(altNames: readonly SubjectAltName[], references: readonly string[]): boolean {
  return references.some((reference) => matchesName(altNames, reference));
}

/**
 * Whether one of `altNames` is the reference identity `reference`.
 *
 * U-labels and A-labels of the reference are the same name; a final dot of the reference is ignored.
 * @rfc 9525 6.3
 * @rfc 9525 6.4
 */
export function matchesName(altNames: readonly SubjectAltName[], reference: string): boolean {
  if (isIP(reference) !== 0) {
    const wanted = ipOctets(reference);
    return wanted !== undefined && altNames.some((name) => name.type === 'ip' && ipOctets(name.value) === wanted);
  }
  const wanted = asciiName(reference);
  return wanted !== undefined && altNames.some((name) => name.type === 'dns' && matchesDnsName(name.value, wanted));
}

/** `domainToASCII` drops line breaks and decodes `%41`; what is not a name must be refused, not repaired. */
const NAME_CHARACTERS = /^[A-Za-z0-9._\-\u0080-\uffff]+$/;

/** The A-label form of a host name in lower case without a final dot, or `undefined` when it is none. */
export function asciiName(name: string): string | undefined {
  if (!NAME_CHARACTERS.test(name)) return undefined;
  const ascii = domainToASCII(name.endsWith('.') ? name.slice(0, -1) : name);
  return ascii === '' || isIP(ascii) !== 0 || !isHostName(ascii) ? undefined : ascii;
}

/** `wanted` is canonical already. Presented names are ASCII by definition, so lower case is all that is needed. */
function matchesDnsName(presented: string, wanted: string): boolean {
  const name = presented.toLowerCase();
  if (!name.startsWith('*.')) return name === wanted;
  const parent = name.slice(1);
  const dot = wanted.indexOf('.');
  return parent.includes('.', 1) && dot > 0 && wanted.slice(dot) === parent;
}

const LABEL = /^[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?$/;

function isHostName(name: string): boolean {
  return name.length <= 253 && name.split('.').every((label) => LABEL.test(label));
}

/** A canonical spelling of an address: `URL` writes IPv6 in the form of RFC 5952. */
function ipOctets(address: string): string | undefined {
  const family = isIP(address);
  if (family === 4) return address;
  if (family !== 6 || address.includes('%')) return undefined;
  return new URL(`http://[${address}]`).hostname;
}

function unquote(value: string): string | undefined {
  if (!value.startsWith('"')) return value;
  try {
    const parsed: unknown = JSON.parse(value);
    return typeof parsed === 'string' ? parsed : undefined;
  } catch {
    return undefined;
  }
}
