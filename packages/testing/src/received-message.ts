/**
 * A message as a test server received it: complete and parsed before anybody sees it.
 */
import type { Endpoint, TlsFacts } from '@mailwright/net';
import type { MailParameters, RcptParameters, Transcript } from '@mailwright/smtp';
import type { SaslIdentity } from '@mailwright/sasl';
import type { IncomingMessage, SmtpSession } from '@mailwright/smtp-server';
import {
  decodeEncodedWords, findField, messageAttachments, messageHtml, type MessagePart, type MessageSummary, type ParsedMessage, parseMessage, summarizeMessage,
} from '@mailwright/mime';
import { utf8 } from '@mailwright/wire';
import { readableText } from './readable-text.ts';

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
  /** The header's face of it: addresses, date, Message-ID, content type. */
  readonly summary: MessageSummary;
  /** Its structure: every part with its place, decoded when it is asked for. */
  readonly parsed: ParsedMessage;
  /** What a reader would save: `fileName`, `mediaType`, `content()`. */
  readonly attachments: readonly MessagePart[];
  /** What a reader sees: the text parts, quoted-printable, base64 and charset undone. */
  text(): string;
  /** The HTML, or `undefined` without one. */
  html(): string | undefined;
  /** The message as it is, header and body; U+FFFD for what is not UTF-8. */
  raw(): string;
  /** The first field of that name, encoded words decoded, or `undefined`. Letter case means nothing. */
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
  const summary = summarizeMessage(octets);
  let parsed: ParsedMessage | undefined;
  const parse = (): ParsedMessage => (parsed ??= parseMessage(octets));
  return {
    id,
    envelope: {
      from: reversePath?.address ?? '',
      to: recipients.map(({ forwardPath }) => forwardPath.address),
      parameters,
      recipientParameters: recipients.map((recipient) => recipient.parameters),
    },
    octets,
    subject: summary.subject,
    summary,
    session: { id: sessionId, peer: session.peer, tls: session.tls, identity: session.identity, helloDomain: session.helloDomain },
    receivedAt,
    get transcript() {
      return transcript();
    },
    get parsed() {
      return parse();
    },
    get attachments() {
      return messageAttachments(parse());
    },
    text: () => readableText(parse()),
    html: () => messageHtml(parse()),
    raw: () => utf8(octets),
    header: (name) => {
      const field = findField(parse().parts[0]!.headers, name);
      return field === undefined ? undefined : decodeEncodedWords(field.text);
    },
  };
}
