/** What the commands and extensions may ask of the session they run in. The machine is the only one that writes it. */
import type { EhloCommand, HeloCommand } from './command.ts';
import type { ServerState } from './extension.ts';
import { Budget } from './server-budget.ts';
import type { ServerOptions } from './server-options.ts';

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

/** The machine's own, writable. */
export class Session extends Budget implements ServerSession {
  state: ServerState = 'connected';
  secure: boolean;
  identity: string | undefined = undefined;
  helloDomain: string | undefined = undefined;
  extended = false;
  /** Enhanced status codes go only to a client that said EHLO to a server that announced them. Asked at every reply. @rfc 2034 3 */
  enhanced = false;

  constructor(options: ServerOptions, secure: boolean, now: number) {
    super(options, now);
    this.secure = secure;
  }

  /** EHLO or HELO was said. */
  hello({ verb, domain }: EhloCommand | HeloCommand): void {
    this.helloDomain = domain;
    this.extended = verb === 'EHLO';
    this.enhanced = this.extended && !this.options.disabled.has('ENHANCEDSTATUSCODES');
  }

  /** After the TLS handshake the session starts anew and nothing said in clear text counts. @rfc 3207 4.2 */
  restart(): void {
    this.state = 'connected';
    this.secure = true;
    this.identity = undefined;
    this.helloDomain = undefined;
    this.extended = this.enhanced = false;
  }
}
