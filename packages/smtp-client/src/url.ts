/**
 * A server as one line of text, as users of nodemailer write it: `smtps://user:password@mail.example.org:465/?name=client.example`.
 * `smtp:` is SMTP with STARTTLS by the TLS policy, `smtps:` is TLS from the first octet.
 *
 * @rfc 8314 3
 */
import { CONNECT_PARAMETERS, parseServerUrl, type SetByUrl } from '@mailwright/driver';
import type { SmtpConnectOptions } from './options.ts';
import type { SmtpPoolSettings } from './pool-options.ts';

type UrlOptions = SmtpConnectOptions & SmtpPoolSettings;

/** What a parameter of the query sets. The names are nodemailer's where it has one for it. */
const PARAMETERS: Readonly<Record<string, SetByUrl<UrlOptions>>> = {
  name: (options, { text }) => void (options.helloDomain = text),
  ...CONNECT_PARAMETERS,
  requireTLS: (options, parameter) => void (parameter.isTrue() && (options.tls = { mode: 'verified', names: [parameter.host] })),
  ignoreTLS: (options, parameter) => void (parameter.isTrue() && (options.tls = { mode: 'none' })),
  opportunisticTLS: (options, parameter) => void (parameter.isTrue() && (options.tls = { mode: 'opportunistic' })),
  connectionTimeout: (options, parameter) => void (options.connectTimeoutMs = parameter.number()),
  greetingTimeout: (options, parameter) => void (options.timeouts = { ...options.timeouts, greetingMs: parameter.number() }),
  maxConnections: (options, parameter) => void (options.maxConnections = parameter.number()),
  maxMessages: (options, parameter) => void (options.maxMessagesPerConnection = parameter.number()),
  window: (options, parameter) => void (options.window = parameter.number()),
};

/**
 * Reads the URL of a server into options. What the URL does not say is not in them.
 *
 * Errors: throws a `TypeError` for another scheme, no host, a path, or a parameter that is not known. No error shows the URL: it may hold a password.
 */
export function parseSmtpUrl(text: string): UrlOptions {
  return parseServerUrl<UrlOptions>(text, { clear: 'smtp:', implicit: 'smtps:' }, PARAMETERS);
}
