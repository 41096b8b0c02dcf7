/** The facts of a server session: what the commands look at and change. */
import { isAscii } from '@mailwright/wire';
import type { ServerAction, SessionState } from '../extension.ts';
import { extensions, hasExtension } from '../registry.ts';
import { err } from '../response.ts';
import { Maildrop, type MaildropMessage } from './maildrop.ts';
import type { ServerOptions } from './options.ts';

const NOT_UTF8: ServerAction = { do: 'refuse', response: err('names and passwords are ASCII here', 'UTF8'), code: 'POP3_REFUSED' };

/** Read by everybody, changed by the machine, and where a field says so by one command. */
export class ServerSession {
  readonly options: ServerOptions;
  state: SessionState = 'authorization';
  /** The connection is inside TLS. */
  secure: boolean;
  /** `-PLUS` mechanisms can run. */
  channelBinding: boolean;
  /** What USER said, until PASS; changed by both. */
  userName: string | undefined = undefined;
  /** Who is logged in. */
  identity: string | undefined = undefined;
  /** UTF8 mode is on; changed by UTF8. */
  utf8 = false;
  /** The language of texts, changed by LANG; `undefined` before it. */
  language: string | undefined = undefined;
  /** Empty before the login. */
  maildrop: Maildrop = new Maildrop([]);

  constructor(options: ServerOptions, secure: boolean, channelBinding: boolean) {
    this.options = options;
    this.secure = secure;
    this.channelBinding = secure && channelBinding;
  }

  /** The lines of CAPA, now. @rfc 2449 5 */
  capabilityLines(): readonly string[] {
    const lines: string[] = [];
    for (const extension of extensions) {
      const parameters = hasExtension(extension, this.options) ? extension.advertise(this) : undefined;
      if (parameters !== undefined) lines.push(parameters === '' ? extension.tag : `${extension.tag} ${parameters}`);
    }
    return lines;
  }

  /** A name or a password that is not ASCII needs UTF8 mode, and a server that takes it. @rfc 6856 2.2 */
  refuseName(text: string): ServerAction | undefined {
    return isAscii(text) || (this.utf8 && this.options.utf8 === 'user') ? undefined : NOT_UTF8;
  }

  /** The login succeeded. */
  open(identity: string, messages: readonly MaildropMessage[]): void {
    this.maildrop = new Maildrop(messages);
    this.identity = identity;
    this.state = 'transaction';
  }

  /** TLS is there: what was said before is forgotten. @rfc 2595 4 */
  restart(channelBinding: boolean): void {
    this.secure = true;
    this.channelBinding = channelBinding;
    this.userName = undefined;
    this.utf8 = false;
    this.language = undefined;
  }
}
