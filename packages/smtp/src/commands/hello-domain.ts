/**
 * The argument of EHLO and HELO.
 *
 *     ehlo = "EHLO" SP ( Domain / address-literal ) CRLF
 *     helo = "HELO" SP Domain CRLF
 *
 * Deviation: any word is taken. Clients in the wild name themselves by host names with underscores, by single labels, by
 * bare IP addresses, by their computer's name in UTF-8; RFC 5321 4.1.4 forbids to refuse mail because the name is wrong, and
 * what the driver thinks of the name is the driver's. Refused are: nothing, blanks within, control characters, more than 255
 * characters. Test "hello domain".
 * @rfc 5321 4.1.1.1
 * @rfc 5321 4.1.4
 */
import { contentEnd, hasControl, isLineText } from '../command-text.ts';
import type { CommandError } from '../extension.ts';

const MAX_DOMAIN_CHARACTERS = 255; // RFC 5321 4.5.3.1.2

/** The name, or why there is none. */
export function parseHelloDomain(line: string, from: number): { readonly domain: string; readonly error: CommandError | undefined } {
  const end = contentEnd(line, from);
  const domain = line.slice(from, end);
  if (hasControl(domain, 0, domain.length)) return { domain: '', error: 'not-ascii' };
  if (domain === '' || domain.length > MAX_DOMAIN_CHARACTERS || domain.includes(' ')) return { domain: '', error: 'syntax' };
  return { domain, error: undefined };
}

/** `VERB domain`. Errors: a `TypeError` for what `parseHelloDomain` refuses. */
export function encodeHello(verb: string, domain: string): string {
  if (domain === '' || domain.length > MAX_DOMAIN_CHARACTERS || domain.includes(' ') || !isLineText(domain)) {
    throw new TypeError(`can't stand behind ${verb}: ${JSON.stringify(domain)}`);
  }
  return `${verb} ${domain}`;
}
