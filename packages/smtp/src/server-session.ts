/** What the commands and extensions may ask of the session they run in. The machine is the only one that writes it. */
import type { ServerOptions } from './server-options.ts';
import type { ServerState } from './extension.ts';

export interface ServerSession {
  readonly options: ServerOptions;
  readonly state: ServerState;
  /** Inside TLS, from the start or through STARTTLS. */
  readonly secure: boolean;
  /** The identity that AUTH accepted, or `undefined`. */
  readonly identity: string | undefined;
  /** The argument of the last EHLO or HELO, or `undefined` before it. */
  readonly helloDomain: string | undefined;
  /** True after EHLO, false after HELO: extensions are only for EHLO. */
  readonly extended: boolean;
}
