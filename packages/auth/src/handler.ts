/**
 * A `data` handler for `@mailwright/smtp-server` that authenticates each message while DATA streams, refuses what a policy refuses, and hands on the rest with
 * our fields above and without what claimed to be ours.
 *
 * Our field stands above the message and is known when its last octet was seen. So a message waits in a spool, in memory unless the caller brings another.
 *
 * Left out: submission. Messages of clients that logged in are theirs to send; call `next` yourself for them. Read next: `authenticator.ts`, `suggest.ts`.
 */
import { MessageSplitter } from '@mailwright/mime';
import type { Reply } from '@mailwright/smtp';
import type { Answer, IncomingMessage, SmtpServerHandlers, SmtpSession } from '@mailwright/smtp-server';
import { MessageAuthenticator } from './authenticator.ts';
import { CheckedBody, rewriteHeader } from './checked-body.ts';
import { parseIp } from './ip-address.ts';
import type { AuthenticationPolicy } from './options.ts';
import type { AuthenticationReport } from './report.ts';
import { memorySpool } from './spool.ts';
import type { Spool } from './spool.ts';

/** How a server authenticates. */
export interface AuthenticatingHandlerOptions extends AuthenticationPolicy {
  /**
   * What is done about a report: a reply refuses the message (4yz: not now), `undefined` takes it. Default: the reply of `report.suggestion`. A message whose
   * header section is not safe (`report.unsafe`) is refused before this is asked.
   */
  readonly decide?: ((report: AuthenticationReport, message: IncomingMessage, session: SmtpSession) => Reply | undefined | Promise<Reply | undefined>) | undefined;
  /** The client's address; `undefined`: it means nothing, so no SPF and no iprev. Default the peer of the session. For servers behind a proxy. */
  readonly clientAddress?: ((session: SmtpSession) => string | undefined) | undefined;
  /** Whether a Received-SPF field is added below ours. Default false. */
  readonly addReceivedSpf?: boolean | undefined;
  /** Where a message waits. Default `memorySpool`. */
  readonly spool?: (() => Spool) | undefined;
}

/** What takes a message that was let in. `message.body` is the message as it goes on; it may be read until the answer is given. */
export type AuthenticatedHandler = (message: IncomingMessage, session: SmtpSession, report: AuthenticationReport) => Answer;

/**
 * Makes the handler: `createSmtpServer({ data: authenticatingHandler({ resolver, hostname: 'mx.example.net' }, deliver) })`.
 *
 * Errors: TypeError and RangeError for options that make no sense, at once. What the handler itself rejects with (a message that was cut, a spool that
 * failed) is the server's to answer, as for any handler.
 * @rfc 8601 5
 * @rfc 7372 3
 */
export function authenticatingHandler(options: AuthenticatingHandlerOptions, next: AuthenticatedHandler): NonNullable<SmtpServerHandlers['data']> {
  new MessageAuthenticator({ ...options, ip: undefined, helo: '', sender: '' }).abort(); // throws for options that make no sense
  const decide = options.decide ?? (({ suggestion }: AuthenticationReport) => suggestion.reply);
  return async (message, session) => {
    const spool = (options.spool ?? memorySpool)();
    const authenticator = new MessageAuthenticator({ ...options, ...describeMessage(options, message, session) });
    try {
      const header = await receive(message, authenticator, spool, options.limits?.headerOctets);
      const report = await authenticator.end();
      const refusal = report.unsafe === undefined ? await decide(report, message, session) : report.suggestion.reply;
      if (refusal !== undefined) return refusal;
      const fields = options.addReceivedSpf === true && report.receivedSpf !== undefined ? [report.field, report.receivedSpf] : [report.field];
      const body = new CheckedBody(rewriteHeader(header, report, fields), spool);
      const { reversePath, parameters, recipients } = message;
      return await next({ reversePath, parameters, recipients, body }, session, report);
    } finally {
      authenticator.abort();
      await spool.discard();
    }
  };
}

/** The session's facts. */
function describeMessage({ clientAddress }: AuthenticatingHandlerOptions, { reversePath, parameters }: IncomingMessage, session: SmtpSession): {
  readonly ip: string | undefined; readonly helo: string; readonly sender: string; readonly utf8: boolean;
} {
  const address = clientAddress === undefined ? session.peer.address : clientAddress(session);
  const ip = address === undefined || parseIp(address) === undefined ? undefined : address;
  return { ip, helo: session.helloDomain ?? '', sender: reversePath?.address ?? '', utf8: parameters.SMTPUTF8 === true };
}

/** Takes the message in. Gives the header section; the body is in the spool. */
async function receive({ body }: IncomingMessage, authenticator: MessageAuthenticator, spool: Spool, headerOctets: number | undefined): Promise<Uint8Array> {
  let header: Uint8Array = new Uint8Array(0);
  const pieces: Uint8Array[] = [];
  const splitter = new MessageSplitter({
    headers: (octets) => {
      header = octets;
      authenticator.headers(octets);
    },
    body: (chunk) => {
      pieces.push(chunk);
      authenticator.body(chunk);
    },
  }, headerOctets);
  for await (const chunk of body) {
    splitter.push(chunk);
    for (const piece of pieces.splice(0)) await spool.write(piece);
  }
  splitter.end();
  return header;
}
