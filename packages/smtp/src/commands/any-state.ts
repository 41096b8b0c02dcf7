/** Moves that several commands share. */
import type { Moves } from '../extension.ts';

/** The command may come at any time and changes nothing: NOOP, HELP, VRFY, EXPN, QUIT. @rfc 5321 4.1.4 */
export const STAYS: Moves = {
  connected: { accepted: 'connected' },
  ready: { accepted: 'ready' },
  mail: { accepted: 'mail' },
  rcpt: { accepted: 'rcpt' },
  chunks: { accepted: 'chunks' },
};

/** The command may come at any time and starts the session anew: EHLO, HELO. @rfc 5321 4.1.4 */
export const STARTS_ANEW: Moves = {
  connected: { accepted: 'ready' },
  ready: { accepted: 'ready' },
  mail: { accepted: 'ready' },
  rcpt: { accepted: 'ready' },
  chunks: { accepted: 'ready' },
};
