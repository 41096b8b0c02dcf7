/**
 * A message as a test server received it: complete and parsed before anybody sees it.
 */
import type { Endpoint, TlsFacts } from '@mailwright/net';
import type { MailParameters, RcptParameters, Transcript } from '@mailwright/smtp';
import type { SaslIdentity } from '@mailwright/sasl';
import type { IncomingMessage, SmtpSession } from '@mailwright/smtp-server';
import { latin1, utf8 } from '@mailwright/wire';

/** Who it is from and for, as MAIL and RCPT said it. */
export interface ReceivedEnvelope {
  /** The reverse-path; '' for `<>`. */
  readonly from: string;
  /** The accepted recipients in order. */
  readonly to: readonly string[];
  readonly parameters: MailParameters;
  /** One for each of `to`. */
  readonly recipientParameters: readonly RcptParameters[];
}

/** The session it came in, as it stood then. */
export interface ReceivedSession {
  /** Counts connections from 1; `transcript(id)` is what was said in it. */
  readonly id: number;
  readonly peer: Endpoint;
  /** `undefined` in clear text. */
  readonly tls: TlsFacts | undefined;
  /** Who AUTH let in. */
  readonly identity: SaslIdentity | undefined;
  readonly helloDomain: string | undefined;
}

export interface ReceivedMessage {
  /** Counts from 1 within a server. */
  readonly id: number;
  readonly envelope: ReceivedEnvelope;
  /** The message octet by octet, dot-stuffing removed. */
  readonly octets: Uint8Array;
  /** The `Subject:` field in readable form, or `undefined` without one. */
  readonly subject: string | undefined;
  readonly session: ReceivedSession;
  /** Milliseconds since 1970, by the server's clock. */
  readonly receivedAt: number;
  /** The dialogue from MAIL to the verdict, as far as it has gone: the verdict itself leaves after the message is here. */
  readonly transcript: Transcript;
  /** The octets as text: UTF-8, and U+FFFD for what is not. */
  text(): string;
  /** The first field of that name, in readable form, or `undefined`. Letter case means nothing. */
  header(name: string): string | undefined;
}

/** What `receiveMessage` needs beside the message. */
export interface Receipt {
  readonly id: number;
  readonly sessionId: number;
  readonly octets: Uint8Array;
  readonly receivedAt: number;
  readonly transcript: () => Transcript;
}

/** Makes the value that a test sees. */
export function receiveMessage(message: IncomingMessage, session: SmtpSession, receipt: Receipt): ReceivedMessage {
  const { reversePath, recipients, parameters } = message;
  const { id, sessionId, octets, receivedAt, transcript } = receipt;
  const fields = readFields(octets);
  return {
    id,
    envelope: {
      from: reversePath?.address ?? '',
      to: recipients.map(({ forwardPath }) => forwardPath.address),
      parameters,
      recipientParameters: recipients.map((recipient) => recipient.parameters),
    },
    octets,
    subject: fields.get('subject'),
    session: { id: sessionId, peer: session.peer, tls: session.tls, identity: session.identity, helloDomain: session.helloDomain },
    receivedAt,
    get transcript() {
      return transcript();
    },
    text: () => utf8(octets),
    header: (name) => fields.get(name.toLowerCase()),
  };
}

function readFields(octets: Uint8Array): ReadonlyMap<string, string> {
  const fields = new Map<string, string>();
  const end = latin1(octets).indexOf('\r\n\r\n');
  for (const line of utf8(octets, 0, end < 0 ? octets.length : end).replace(/\r\n(?=[ \t])/g, '').split('\r\n')) {
    const colon = line.indexOf(':');
    const name = line.slice(0, Math.max(colon, 0)).trimEnd().toLowerCase();
    if (colon > 0 && !fields.has(name)) fields.set(name, line.slice(colon + 1).trim());
  }
  return fields;
}
