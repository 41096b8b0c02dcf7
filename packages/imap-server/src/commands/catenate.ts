/**
 * CATENATE: a message out of texts and of messages that are here already.
 *
 * @rfc 4469 3
 */
import type { CatenatePart } from '@mailwright/imap';
import { findSection } from '../message/section-octets.ts';
import type { CommandSession } from '../server/command-session.ts';
import type { IncomingLiteral } from '../server/literal-intake.ts';
import type { Mailbox, StagedBody } from '../store/mailbox.ts';
import { MailStoreError } from '../store/store-error.ts';
import { badUrlCode, isOfServer, parseImapUrl } from './imap-url.ts';
import { bad, CommandRefused, no } from './outcome.ts';

/** Something to be written, with what it takes to let go of it. */
interface Piece {
  readonly octetCount: number;
  stream(): AsyncIterable<Uint8Array> | Iterable<Uint8Array>;
  close(): Promise<void>;
}

/** Writes the message down. Throws a `CommandRefused` with BADURL for a URL that gives nothing, with TOOBIG for too much. */
export async function catenate(session: CommandSession, mailbox: Mailbox, parts: readonly CatenatePart[], literals: IncomingLiteral[]): Promise<StagedBody> {
  const pieces: Piece[] = [];
  try {
    for (const part of parts) pieces.push(part.type === 'url' ? await openUrl(session, part.url) : takeText(part, literals));
    const octetCount = pieces.reduce((sum, piece) => sum + piece.octetCount, 0);
    const { messageOctets } = session.core.limits;
    if (octetCount > messageOctets) throw new CommandRefused(no(`A message has ${messageOctets} octets at most`, { name: 'TOOBIG' }));
    return await mailbox.stage(join(pieces), octetCount);
  } finally {
    for (const piece of pieces) await piece.close();
  }
}

/** The octets that a URL stands for, with BADURL where it stands for nothing. `account`: whose messages. */
export async function openUrl(session: CommandSession, url: string): Promise<Piece> {
  const parsed = parseImapUrl(url);
  const name = parsed?.mailbox ?? session.selection?.mailbox.name;
  const badUrl = new CommandRefused(no('The URL stands for nothing here', badUrlCode(url)));
  if (parsed === undefined || name === undefined || !isOfServer(parsed, session.core.options.hostname)) throw badUrl;
  if (parsed.user !== undefined && parsed.user !== '' && parsed.user !== session.account.user) throw badUrl; // somebody else's message has that UID
  try {
    const mailbox = await session.account.open(name);
    await session.requireRights(name, 'r');
    if (parsed.uidValidity !== undefined && parsed.uidValidity !== mailbox.uidValidity) throw badUrl;
    const message = mailbox.message(parsed.uid);
    const content = await mailbox.content(parsed.uid);
    if (message === undefined || content === undefined) throw badUrl;
    const found = await findSection(content, await session.core.layouts.read(message.emailId, content), parsed.section, parsed.partial);
    if (found !== undefined) return { octetCount: found.octetCount, stream: () => found.stream(), close: () => content.close() };
    await content.close();
  } catch (error) {
    if (!(error instanceof MailStoreError)) throw error;
  }
  throw badUrl;
}

function takeText({ text }: Extract<CatenatePart, { readonly type: 'text' }>, literals: IncomingLiteral[]): Piece {
  const incoming = text.type === 'literal' ? { type: 'kept' as const, octets: text.octets } : literals.shift();
  if (incoming?.type !== 'kept') throw new CommandRefused(bad('Where is the text?'));
  const { octets } = incoming;
  return { octetCount: octets.length, stream: () => [octets], close: async () => undefined };
}

async function* join(pieces: readonly Piece[]): AsyncGenerator<Uint8Array, void, undefined> {
  for (const piece of pieces) yield* piece.stream();
}
