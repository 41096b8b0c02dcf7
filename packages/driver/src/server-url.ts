/**
 * A server as one line of text: `smtps://user:password@mail.example.org:465/?servername=other.example`. A protocol brings its two schemes and
 * the table of its parameters.
 *
 * Leaves out paths: a connection is to a server, not to something on it.
 *
 * @rfc 8314 3
 */
import type { TlsPolicy } from '@mailwright/net';
import type { ConnectOptions } from './connect-options.ts';

/** How the URLs of a protocol begin, each scheme with its colon. */
export interface UrlSchemes {
  /** The clear-text port, TLS by the policy: `imap:`. */
  readonly clear: string;
  /** TLS from the first octet: `imaps:`. */
  readonly implicit: string;
  /** What else `clear` is called. */
  readonly alias?: string | undefined;
  /** What to say of a path. Default: that it means nothing. */
  readonly aboutPath?: string | undefined;
}

/** A parameter of the query as it was given; `host` is the one of the URL. */
export class UrlParameter {
  readonly name: string;
  readonly text: string;
  readonly host: string;

  constructor(name: string, text: string, host: string) {
    this.name = name;
    this.text = text;
    this.host = host;
  }

  /** `true` or `false`. Errors: throws a `TypeError`. */
  isTrue(): boolean {
    if (this.text !== 'true' && this.text !== 'false') throw new TypeError(`the URL parameter ${this.name} is true or false, not ${JSON.stringify(this.text)}`);
    return this.text === 'true';
  }

  /** A whole number. Errors: throws a `TypeError`. */
  number(): number {
    if (!/^\d{1,15}$/.test(this.text)) throw new TypeError(`the URL parameter ${this.name} is a number, not ${JSON.stringify(this.text)}`);
    return Number(this.text);
  }

  /** A policy by its mode; `verified` is for the host of the URL. Errors: throws a `TypeError`. */
  policy(): TlsPolicy {
    switch (this.text) {
      case 'none':
      case 'opportunistic':
      case 'required':
        return { mode: this.text };
      case 'verified':
        return { mode: this.text, names: [this.host] };
      default:
        throw new TypeError(`the URL parameter tls is none, opportunistic, required or verified, not ${JSON.stringify(this.text)}`);
    }
  }
}

/** Options while they are read. */
export type Writable<T> = { -readonly [K in keyof T]: T[K] };

/** Puts what a parameter says into the options. */
export type SetByUrl<T> = (options: Writable<T>, parameter: UrlParameter) => void;

/** The parameters that every protocol has. */
export const CONNECT_PARAMETERS: Readonly<Record<'localAddress' | 'servername' | 'tls', SetByUrl<ConnectOptions>>> = {
  localAddress: (options, { text }) => void (options.localAddress = text),
  servername: (options, { text }) => void (options.servername = text),
  tls: (options, parameter) => void (options.tls = parameter.policy()),
};

/**
 * Reads the URL of a server into options. What the URL does not say is not in them.
 *
 * Errors: throws a `TypeError` for another scheme, no host, a path, or a parameter that is not in the table. No error shows the URL, which
 * may hold a password.
 */
export function parseServerUrl<T extends ConnectOptions>(text: string, schemes: UrlSchemes, parameters: Readonly<Record<string, SetByUrl<T>>>): Writable<T> {
  const url = readUrl(text, schemes);
  const host = decodeHost(url.hostname);
  const options: Writable<ConnectOptions> = { host, implicitTls: url.protocol === schemes.implicit };
  if (url.port !== '') options.port = Number(url.port);
  if (url.username !== '') options.auth = { username: decodePart('user name', url.username), password: decodePart('password', url.password) };
  for (const [name, value] of url.searchParams) {
    const set = Object.hasOwn(parameters, name) ? parameters[name] : undefined;
    if (set === undefined) throw new TypeError(`the URL parameter ${JSON.stringify(name)} is not known; known are ${Object.keys(parameters).join(', ')}`);
    set(options as Writable<T>, new UrlParameter(name, value, host));
  }
  return options as Writable<T>;
}

function readUrl(text: string, { clear, implicit, alias, aboutPath = ', which means nothing here' }: UrlSchemes): URL {
  if (!URL.canParse(text)) throw new TypeError('url is not a URL');
  const url = new URL(text);
  if (![clear, implicit, alias].includes(url.protocol)) throw new TypeError(`url must begin with ${clear} or ${implicit}, not ${url.protocol}`);
  if (url.hostname === '') throw new TypeError('url has no host');
  if (url.pathname !== '' && url.pathname !== '/') throw new TypeError(`url has a path${aboutPath}`);
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
