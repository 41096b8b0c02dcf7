/**
 * A server as one line of text: `imaps://user:password@mail.example.org/?compress=true`. `imaps:` is TLS from the first octet, `imap:` is
 * STARTTLS by the TLS policy.
 *
 * Leaves out mailboxes and messages, which RFC 5092 has in the path: a connection is to a server.
 *
 * @rfc 8314 3
 * @rfc 5092 4
 */
import { CONNECT_PARAMETERS, parseServerUrl, type SetByUrl } from '@mailwright/driver';
import type { ImapConnectOptions } from './options.ts';

const { tls, servername, localAddress } = CONNECT_PARAMETERS;

/** What a parameter of the query sets. */
const PARAMETERS: Readonly<Record<string, SetByUrl<ImapConnectOptions>>> = {
  tls,
  servername,
  localAddress,
  connectTimeoutMs: (options, parameter) => void (options.connectTimeoutMs = parameter.number()),
  compress: (options, parameter) => void (options.compress = parameter.isTrue()),
  rev2: (options, parameter) => void (options.rev2 = parameter.isTrue()),
};

/**
 * Reads the URL of a server into options. What the URL does not say is not in them.
 *
 * Errors: throws a `TypeError` for another scheme, no host, a path, or a parameter that is not known. No error shows the URL, which may hold a
 * password.
 */
export function parseImapUrl(text: string): ImapConnectOptions {
  return parseServerUrl(text, { clear: 'imap:', implicit: 'imaps:', aboutPath: ': mailboxes are opened with open()' }, PARAMETERS);
}
