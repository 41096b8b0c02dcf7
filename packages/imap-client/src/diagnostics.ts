/**
 * What this package tells on `node:diagnostics_channel`, for metrics and traces that need no access to the code that reads mail. Without
 * subscribers it costs one look at a property.
 */
import { type Channel, channel } from 'node:diagnostics_channel';
import type { Endpoint, TlsFacts } from '@mailwright/net';
import type { ImapClientErrorCode, ImapError } from './errors.ts';

/** On `mailwright:imap-client:session`. An `open` is followed by one `close`; a session that never came to be is one `failed`. */
export type SessionDiagnostic =
  /** Ready for commands. `id` counts from 1 in this process. */
  | { readonly type: 'open'; readonly id: number; readonly peer: Endpoint; readonly tls: TlsFacts | undefined }
  /** `code` is undefined after LOGOUT. */
  | { readonly type: 'close'; readonly id: number; readonly peer: Endpoint; readonly code: ImapClientErrorCode | undefined }
  | { readonly type: 'failed'; readonly error: ImapError }
  /** A function of the options threw, or gave a promise that was rejected. Nothing follows from it. */
  | { readonly type: 'function-failed'; readonly option: 'trace' | 'onAlert'; readonly error: unknown };

const sessionChannel: Channel = channel('mailwright:imap-client:session');

export function publishSession(diagnostic: SessionDiagnostic): void {
  if (sessionChannel.hasSubscribers) sessionChannel.publish(diagnostic);
}
