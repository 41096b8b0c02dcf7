/**
 * A message that a development server has caught: its envelope, the facts of the session, a hash of its octets, and the beginning of
 * them for whoever wants to see what it is. The rest of it goes by, into a file if there is one.
 */
import { createHash } from 'node:crypto';
import { formatEndpoint, type TlsFacts } from '@mailwright/net';
import type { IncomingMessage, SmtpSession } from '@mailwright/smtp-server';
import { concatOctets } from '@mailwright/wire';
import type { CaughtMailbox } from './caught-mailbox.ts';
import type { MessageStore, StoredMessage } from './message-store.ts';

/** Octets that are kept to be looked at. */
const HEAD_OCTETS = 131_072;
/** The key in `SmtpSession.store` of the mechanism by which the client logged in. */
export const MECHANISM = 'mechanism';

export interface CaughtMessage {
  readonly sessionNumber: number;
  /** Milliseconds since 1970. */
  readonly receivedAt: number;
  /** '' for the null reverse-path. */
  readonly from: string;
  readonly to: readonly string[];
  readonly octets: number;
  readonly eightBit: boolean;
  /** In hexadecimal. */
  readonly sha256: string;
  /** The first octets of the message. */
  readonly head: Uint8Array;
  /** What MAIL said beside the address: `BODY=8BITMIME`, `SMTPUTF8`. */
  readonly parameters: readonly string[];
  readonly client: string;
  readonly helloDomain: string | undefined;
  readonly identity: string | undefined;
  readonly mechanism: string | undefined;
  readonly tls: TlsFacts | undefined;
  /** Where it is kept. */
  readonly file: string | undefined;
}

/** Who keeps messages. */
export interface Keepers {
  readonly file: MessageStore | undefined;
  readonly mailbox: CaughtMailbox | undefined;
}

/** When and in which session a message comes. */
export interface Occasion {
  readonly session: SmtpSession;
  readonly sessionNumber: number;
  /** Milliseconds since 1970. */
  readonly receivedAt: number;
}

/**
 * Reads a message to its end. With a store it is on the disk when this resolves, with a mailbox it can be read.
 *
 * Errors: rejects with the `SmtpServerError` of a message that did not become complete, and with what the disk says; nothing of the
 * message is kept then.
 */
export async function catchMessage(message: IncomingMessage, { session, sessionNumber, receivedAt }: Occasion, { file: store, mailbox }: Keepers): Promise<CaughtMessage> {
  const file = await store?.begin();
  const kept: Uint8Array[] | undefined = mailbox === undefined ? undefined : [];
  const content = await readContent(message, file, kept).catch(async (error: unknown) => {
    await file?.discard();
    throw error;
  });
  if (kept !== undefined) await mailbox?.add(concatOctets(kept), receivedAt);
  const { reversePath, parameters, recipients } = message;
  const mechanism = session.store.get(MECHANISM);
  return {
    sessionNumber,
    receivedAt,
    from: reversePath?.address ?? '',
    to: recipients.map(({ forwardPath }) => forwardPath.address),
    ...content,
    parameters: namedParameters(parameters),
    client: formatEndpoint(session.peer),
    helloDomain: session.helloDomain,
    identity: session.identity?.authenticationId,
    mechanism: typeof mechanism === 'string' ? mechanism : undefined,
    tls: session.tls,
    file: file?.path,
  };
}

function namedParameters({ BODY, SMTPUTF8, RET, ENVID }: IncomingMessage['parameters']): readonly string[] {
  const named = [BODY && `BODY=${BODY}`, SMTPUTF8 && 'SMTPUTF8', RET && `RET=${RET}`, ENVID && `ENVID=${ENVID}`];
  return named.filter((text) => typeof text === 'string');
}

async function readContent({ body }: IncomingMessage, file: StoredMessage | undefined, kept: Uint8Array[] | undefined): Promise<Pick<CaughtMessage, 'octets' | 'eightBit' | 'sha256' | 'head'>> {
  const hash = createHash('sha256');
  const head: Uint8Array[] = [];
  let headOctets = 0;
  let octets = 0;
  let eightBit = false;
  for await (const chunk of body) {
    hash.update(chunk);
    octets += chunk.length;
    eightBit ||= hasEightBit(chunk);
    if (headOctets < HEAD_OCTETS) {
      const part = chunk.slice(0, HEAD_OCTETS - headOctets);
      head.push(part);
      headOctets += part.length;
    }
    kept?.push(chunk.slice());
    await file?.write(chunk);
  }
  await file?.commit();
  return { octets, eightBit, sha256: hash.digest('hex'), head: concatOctets(head) };
}

function hasEightBit(octets: Uint8Array): boolean {
  for (let at = 0; at < octets.length; at++) if (octets[at]! > 0x7f) return true;
  return false;
}
