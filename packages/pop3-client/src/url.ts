/**
 * A server as one line of text: `pop3s://user:password@mail.example.org:995/`. `pop3:` is POP3 with STLS by the TLS policy, `pop3s:` is TLS from the first
 * octet. `pop:` of RFC 2384 is `pop3:`.
 *
 * @rfc 8314 3
 * @rfc 2384 4
 */
import { CONNECT_PARAMETERS, parseServerUrl } from '@mailwright/driver';
import type { Pop3ConnectOptions } from './options.ts';

/**
 * Reads the URL of a server into options. What the URL does not say is not in them.
 *
 * Errors: throws a `TypeError` for another scheme, no host, a path, or a parameter that is not known. No error shows the URL: it may hold a password.
 */
export function parsePop3Url(text: string): Pop3ConnectOptions {
  return parseServerUrl<Pop3ConnectOptions>(text, { clear: 'pop3:', implicit: 'pop3s:', alias: 'pop:' }, CONNECT_PARAMETERS);
}
