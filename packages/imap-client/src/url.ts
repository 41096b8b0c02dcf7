/**
 * A server as one line of text: `imaps://user:password@mail.example.org/?compress=true`. `imaps:` is TLS from the first octet, `imap:` is
 * STARTTLS by the TLS policy.
 *
 * Leaves out mailboxes and messages, which RFC 5092 has in the path: a connection is to a server.
 *
 * @rfc 8314 3
 * @rfc 5092 4
 */
import type { TlsPolicy } from '@mailwright/net';
import type { ImapConnectOptions } from './options.ts';

type Mutable = { -readonly [K in keyof ImapConnectOptions]: ImapConnectOptions[K] };

/** What a parameter of the query sets. */
const PARAMETERS: Readonly<Record<string, (value: string, options: Mutable, host: string) => void>> = {
  tls: (value, options, host) => void (options.tls = policyOf(value, host)),
  servername: (value, options) => void (options.servername = value),
  localAddress: (value, options) => void (options.localAddress = value),
  connectTimeoutMs: (value, options) => void (options.connectTimeoutMs = count('connectTimeoutMs', value)),
  compress: (value, options) => void (options.compress = isTrue('compress', value)),
  rev2: (value, options) => void (options.rev2 = isTrue('rev2', value)),
};

/**
 * Reads the URL of a server into options. What the URL does not say is not in them.
 *
 * Errors: throws a `TypeError` for another scheme, no host, a path, or a parameter that is not known. No error shows the URL, which may hold a
 * password.
 */
export function parseImapUrl(text: string): ImapConnectOptions {
  const url = readUrl(text);
  const options: Mutable = { host: decodeHost(url.hostname), implicitTls: url.protocol === 'imaps:' };
  if (url.port !== '') options.port = Number(url.port);
  if (url.username !== '') options.auth = { username: decodePart('user name', url.username), password: decodePart('password', url.password) };
  for (const [name, value] of url.searchParams) {
    const set = Object.hasOwn(PARAMETERS, name) ? PARAMETERS[name] : undefined;
    if (set === undefined) throw new TypeError(`the URL parameter ${JSON.stringify(name)} is not known; known are ${Object.keys(PARAMETERS).join(', ')}`);
    set(value, options, options.host!);
  }
  return options;
}

function readUrl(text: string): URL {
  if (!URL.canParse(text)) throw new TypeError('url is not a URL');
  const url = new URL(text);
  if (url.protocol !== 'imap:' && url.protocol !== 'imaps:') throw new TypeError(`url must begin with imap: or imaps:, not ${url.protocol}`);
  if (url.hostname === '') throw new TypeError('url has no host');
  if (url.pathname !== '' && url.pathname !== '/') throw new TypeError('url has a path: mailboxes are opened with open()');
  if (url.username === '' && url.password !== '') throw new TypeError('url has a password and no user name');
  return url;
}

function decodeHost(hostname: string): string {
  const host = decodePart('host', hostname);
  return host.startsWith('[') && host.endsWith(']') ? host.slice(1, -1) : host;
}

function decodePart(what: string, encoded: string): string {
  try {
    return decodeURIComponent(encoded);
  } catch {
    throw new TypeError(`the ${what} in url is not well percent-encoded`);
  }
}

function policyOf(mode: string, host: string): TlsPolicy {
  switch (mode) {
    case 'none':
    case 'opportunistic':
    case 'required':
      return { mode };
    case 'verified':
      return { mode, names: [host] };
    default:
      throw new TypeError(`the URL parameter tls is none, opportunistic, required or verified, not ${JSON.stringify(mode)}`);
  }
}

function isTrue(name: string, value: string): boolean {
  if (value !== 'true' && value !== 'false') throw new TypeError(`the URL parameter ${name} is true or false, not ${JSON.stringify(value)}`);
  return value === 'true';
}

function count(name: string, value: string): number {
  if (!/^\d{1,15}$/.test(value)) throw new TypeError(`the URL parameter ${name} is a number, not ${JSON.stringify(value)}`);
  return Number(value);
}
