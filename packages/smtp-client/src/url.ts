/**
 * A server as one line of text, as users of nodemailer write it: `smtps://user:password@mail.example.org:465/?name=client.example`.
 * `smtp:` is SMTP with STARTTLS by the TLS policy, `smtps:` is TLS from the first octet.
 *
 * @rfc 8314 3
 */
import type { TlsPolicy } from '@mailwright/net';
import type { SmtpConnectOptions } from './options.ts';
import type { SmtpPoolSettings } from './pool-options.ts';

type UrlOptions = SmtpConnectOptions & SmtpPoolSettings;
type Mutable = { -readonly [K in keyof UrlOptions]: UrlOptions[K] };

/** What a parameter of the query sets. The names are nodemailer's where it has one for it. */
const PARAMETERS: Readonly<Record<string, (value: string, options: Mutable, host: string) => void>> = {
  name: (value, options) => void (options.helloDomain = value),
  localAddress: (value, options) => void (options.localAddress = value),
  servername: (value, options) => void (options.servername = value),
  tls: (value, options, host) => void (options.tls = policyOf(value, host)),
  requireTLS: (value, options, host) => void (isTrue('requireTLS', value) && (options.tls = policyOf('verified', host))),
  ignoreTLS: (value, options) => void (isTrue('ignoreTLS', value) && (options.tls = { mode: 'none' })),
  opportunisticTLS: (value, options) => void (isTrue('opportunisticTLS', value) && (options.tls = { mode: 'opportunistic' })),
  connectionTimeout: (value, options) => void (options.connectTimeoutMs = count('connectionTimeout', value)),
  greetingTimeout: (value, options) => void (options.timeouts = { ...options.timeouts, greetingMs: count('greetingTimeout', value) }),
  maxConnections: (value, options) => void (options.maxConnections = count('maxConnections', value)),
  maxMessages: (value, options) => void (options.maxMessagesPerConnection = count('maxMessages', value)),
  window: (value, options) => void (options.window = count('window', value)),
};

/**
 * Reads the URL of a server into options. What the URL does not say is not in them.
 *
 * Errors: throws a `TypeError` for another scheme, no host, a path, or a parameter that is not known.
 */
export function parseSmtpUrl(text: string): UrlOptions {
  const url = readUrl(text);
  const options: Mutable = { host: decodeHost(url.hostname), implicitTls: url.protocol === 'smtps:' };
  if (url.port !== '') options.port = Number(url.port);
  if (url.username !== '') options.auth = { username: decodePart('user name', url.username), password: decodePart('password', url.password) };
  for (const [name, value] of url.searchParams) {
    const set = Object.hasOwn(PARAMETERS, name) ? PARAMETERS[name] : undefined;
    if (set === undefined) throw new TypeError(`the URL parameter ${JSON.stringify(name)} is not known; known are ${Object.keys(PARAMETERS).join(', ')}`);
    set(value, options, options.host!);
  }
  return options;
}

/** The text may hold a password: no error shows it. */
function readUrl(text: string): URL {
  if (!URL.canParse(text)) throw new TypeError('url is not a URL');
  const url = new URL(text);
  if (url.protocol !== 'smtp:' && url.protocol !== 'smtps:') throw new TypeError(`url must begin with smtp: or smtps:, not ${url.protocol}`);
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

function isTrue(name: string, value: string): boolean {
  if (value !== 'true' && value !== 'false') throw new TypeError(`the URL parameter ${name} is true or false, not ${JSON.stringify(value)}`);
  return value === 'true';
}

function count(name: string, value: string): number {
  if (!/^\d{1,15}$/.test(value)) throw new TypeError(`the URL parameter ${name} is a number, not ${JSON.stringify(value)}`);
  return Number(value);
}
