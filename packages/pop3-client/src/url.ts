/**
 * A server as one line of text: `pop3s://user:password@mail.example.org:995/`. `pop3:` is POP3 with STLS by the TLS policy, `pop3s:` is TLS from the first
 * octet. `pop:` of RFC 2384 is `pop3:`.
 *
 * @rfc 8314 3
 * @rfc 2384 4
 */
import type { TlsPolicy } from '@mailwright/net';
import type { Pop3ConnectOptions } from './options.ts';

type Mutable = { -readonly [K in keyof Pop3ConnectOptions]: Pop3ConnectOptions[K] };

/** What a parameter of the query sets. */
const PARAMETERS: Readonly<Record<string, (value: string, options: Mutable, host: string) => void>> = {
  localAddress: (value, options) => void (options.localAddress = value),
  servername: (value, options) => void (options.servername = value),
  tls: (value, options, host) => void (options.tls = policyOf(value, host)),
};

/**
 * Reads the URL of a server into options. What the URL does not say is not in them.
 *
 * Errors: throws a `TypeError` for another scheme, no host, a path, or a parameter that is not known. No error shows the URL: it may hold a password.
 */
export function parsePop3Url(text: string): Pop3ConnectOptions {
  const url = readUrl(text);
  const options: Mutable = { host: decodeHost(url.hostname), implicitTls: url.protocol === 'pop3s:' };
  if (url.port !== '') options.port = Number(url.port);
  if (url.username !== '') options.auth = { username: decodePart('user name', url.username), password: decodePart('password', url.password) };
  for (const [name, value] of url.searchParams) {
    const set = Object.hasOwn(PARAMETERS, name) ? PARAMETERS[name] : undefined;
    if (set === undefined) throw new TypeError(`the URL parameter ${JSON.stringify(name)} is not known; known are ${Object.keys(PARAMETERS).join(', ')}`);
    set(value, options, options.host!);
  }
  return options;
}

const SCHEMES: ReadonlySet<string> = new Set(['pop3:', 'pop3s:', 'pop:']);

function readUrl(text: string): URL {
  if (!URL.canParse(text)) throw new TypeError('url is not a URL');
  const url = new URL(text);
  if (!SCHEMES.has(url.protocol)) throw new TypeError(`url must begin with pop3: or pop3s:, not ${url.protocol}`);
  if (url.hostname === '') throw new TypeError('url has no host');
  if (url.pathname !== '' && url.pathname !== '/') throw new TypeError('url has a path, which means nothing here');
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
