/**
 * How a reader leaves a list: the fields List-Unsubscribe (RFC 2369) and List-Unsubscribe-Post (RFC 8058), the writing side. A URI is checked
 * and then kept octet for octet: a space or a fold inside it makes the links of many clients fail, and the signature with them.
 *
 *     List-Unsubscribe      = "<" URI ">" *("," "<" URI ">")
 *     List-Unsubscribe-Post = "List-Unsubscribe=One-Click"
 *
 * Left out: the other List- fields. Read next: `one-click.ts`, the reading side.
 */
import { parseMailbox } from '@mailwright/address';

/** Where the wish to leave goes. One of `https` and `mailto` at least. */
export interface ListUnsubscribeInput {
  /** An absolute https URL in ASCII without user or password. It must do what it says to whoever posts to it: the token in it is all that proves who asks. */
  readonly https?: string | undefined;
  /** `mailto:leave@example.com?subject=...`. */
  readonly mailto?: string | undefined;
  /** Promises that a POST of `List-Unsubscribe=One-Click` to `https` is enough, without cookies, log-in or a second question. Default: true where there is `https`. */
  readonly oneClick?: boolean | undefined;
}

/** Fields to put into a message, and what its signer must do. */
export interface ListUnsubscribe {
  readonly fields: readonly (readonly [name: string, value: string])[];
  /** The names that the `h=` of its DKIM-Signature must hold, or clients show no button. */
  readonly signedFields: readonly string[];
}

/** `List-Unsubscribe: <` and the rest of the longest line that every writer of this package leaves in one piece. */
const MAX_URI_OCTETS = 897;
/** What RFC 3986 lets stand in a URI; `[` and `]` for the address of a host alone. */
const URI = /^[!#$%&'()*+,./0-9:;=?@A-Z[\]_a-z~-]+$/;
const HTTPS = /^https:\/\/([^/?#]*)/i;
const PORT = /:[0-9]{0,5}$/;
const MAILTO = /^mailto:([^?#]+)/i;
const BAD_ESCAPE = /%(?![0-9A-Fa-f]{2})/;

/**
 * The fields for a message that can be left. The https URI stands first, since some readers look at one only.
 *
 * Errors: TypeError for a URL that is not https, is relative, names a user, holds an octet that no URI has (CR, LF, NUL, spaces, 8-bit
 * octets) or does not fit into a line; for a mailto: URI without an address; for `oneClick` without `https`.
 * @rfc 8058 3.1
 * @rfc 2369 3.2
 */
export function listUnsubscribe(input: ListUnsubscribeInput): ListUnsubscribe {
  const { https, mailto, oneClick = https !== undefined } = input;
  if (https === undefined && mailto === undefined) throw new TypeError('https or mailto is needed');
  if (oneClick && https === undefined) throw new TypeError('oneClick needs https');
  const uris: string[] = [];
  if (https !== undefined) uris.push(`<${checkHttpsUrl(https)}>`);
  if (mailto !== undefined) uris.push(`<${checkMailtoUri(mailto)}>`);
  const fields: (readonly [string, string])[] = [['List-Unsubscribe', uris.join(', ')]];
  if (oneClick) fields.push(['List-Unsubscribe-Post', 'List-Unsubscribe=One-Click']);
  return { fields, signedFields: fields.map(([name]) => name) };
}

/** True for an absolute https URL that a client can post to: no user, a host that is one, nothing that no URI has. @rfc 3986 3.2 */
export function isHttpsUrl(url: string): boolean {
  return findUrlFault(url) === undefined;
}

function checkHttpsUrl(url: string): string {
  const fault = findUrlFault(url);
  if (fault !== undefined) throw new TypeError(`https ${fault}`);
  return checkLength('https', url);
}

/** What is wrong with the URL, in words that follow its name. The URL itself is not told: it holds a token. */
function findUrlFault(url: string): string | undefined {
  const fault = findUriFault(url);
  if (fault !== undefined) return fault;
  const authority = HTTPS.exec(url)?.[1];
  if (authority === undefined) return 'is not an absolute https URL';
  if (authority.includes('@')) return 'names a user';
  const host = authority.replace(PORT, '');
  return hostOf(url) === host.toLowerCase() ? undefined : 'has a host that programs do not read alike';
}

function checkLength(name: string, uri: string): string {
  if (uri.length > MAX_URI_OCTETS) throw new TypeError(`${name} has more than ${MAX_URI_OCTETS} octets and does not fit into a line`);
  return uri;
}

function findUriFault(uri: string): string | undefined {
  if (typeof uri !== 'string') return 'is not a string';
  if (!URI.test(uri)) return 'holds a character that no URI has: encode it with %';
  return BAD_ESCAPE.test(uri) ? 'has a % without two hexadecimal digits' : undefined;
}

/** The host as a browser reads it, undefined where that refuses. `1.2.3` comes back as `1.2.0.3`, so a comparison finds such names. */
function hostOf(url: string): string | undefined {
  try {
    return new URL(url).hostname;
  } catch {
    return undefined;
  }
}

/** @rfc 6068 2 */
function checkMailtoUri(uri: string): string {
  const fault = findUriFault(uri);
  if (fault !== undefined) throw new TypeError(`mailto ${fault}`);
  const to = MAILTO.exec(uri)?.[1];
  if (to === undefined) throw new TypeError('mailto is no mailto: URI with an address');
  const written = to.replace(/%([0-9A-Fa-f]{2})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 16)));
  if (!parseMailbox(written).ok) throw new TypeError('mailto does not hold one address');
  return checkLength('mailto', uri);
}
