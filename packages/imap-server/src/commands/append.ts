/**
 * APPEND: one message or several, all or none. Their octets are with the store already when the command is complete.
 *
 * Read next: `../server/literal-intake.ts`, `catenate.ts`.
 *
 * @rfc 9051 6.3.12
 * @rfc 3502 6.3.11
 */
import { type AppendCommand, type AppendMessage, type AppendUidCode, type MessageLiteral, setInOrder } from '@mailwright/imap';
import type { CommandSession } from '../server/command-session.ts';
import { discardLiterals, type IncomingLiteral } from '../server/literal-intake.ts';
import { flagFilter } from '../server/rights.ts';
import type { AppendResult, Mailbox, NewMessage, StagedBody } from '../store/mailbox.ts';
import { catenate } from './catenate.ts';
import { overLimit } from './message-limit.ts';
import { bad, CommandRefused, no, ok, type Outcome } from './outcome.ts';

export async function append(session: CommandSession, { mailbox: name, messages }: AppendCommand): Promise<Outcome> {
  const literals = [...session.intake.take()];
  try {
    const mailbox = await session.account.open(name);
    const rights = await session.requireRights(name, 'i');
    const code = overLimit(session, messages.length, 'SAVELIMIT');
    if (code !== undefined) return no('Too many messages', code);
    const result = await appendAll(session, mailbox, messages, literals, rights);
    return ok('APPEND completed', appendCode(session, result));
  } finally {
    await discardLiterals(literals);
  }
}

/**
 * Takes its literals from the front of the list; those that are left are the caller's. Of the flags the messages get those that the user may set with its
 * `rights` on the mailbox. @rfc 4314 4
 */
export async function appendAll(
  session: CommandSession, mailbox: Mailbox, messages: readonly AppendMessage[], literals: IncomingLiteral[], rights: string,
): Promise<AppendResult> {
  const made: NewMessage[] = [];
  const maySet = flagFilter(rights);
  try {
    for (const message of messages) {
      const whole = await makeMessage(session, mailbox, message, literals);
      made.push(maySet === undefined ? whole : { ...whole, flags: whole.flags?.filter(maySet) });
    }
  } catch (error) {
    for (const { body } of made) if (!(body instanceof Uint8Array)) await body.discard();
    throw error;
  }
  return mailbox.append(made, session);
}

/** Nothing where the client can't know UIDPLUS. @rfc 4315 3 */
export function appendCode({ core }: CommandSession, { uidValidity, uids }: AppendResult): AppendUidCode | undefined {
  return core.machineOptions.capabilities.offers('UIDPLUS') ? { name: 'APPENDUID', uidValidity, uids: setInOrder(uids) } : undefined;
}

async function makeMessage(session: CommandSession, mailbox: Mailbox, { flags, internalDate, message, parameters }: AppendMessage, literals: IncomingLiteral[]): Promise<NewMessage> {
  const { catenate: parts, utf8 } = parameters;
  const body = parts === undefined ? takeBody(message ?? utf8, literals) : await catenate(session, mailbox, parts, literals);
  const { messageOctets } = session.core.limits;
  const sizeOctets = body instanceof Uint8Array ? body.length : body.sizeOctets;
  if (sizeOctets > messageOctets) {
    if (!(body instanceof Uint8Array)) await body.discard();
    throw new CommandRefused(no(`A message has ${messageOctets} octets at most`, { name: 'TOOBIG' }));
  }
  if (sizeOctets === 0) throw new CommandRefused(no('A message has one octet at least', 'CANNOT'));
  return { body, flags, internalDate };
}

/** The octets of a literal, wherever they are. */
function takeBody(literal: MessageLiteral | undefined, literals: IncomingLiteral[]): Uint8Array | StagedBody {
  if (literal?.type === 'literal') return literal.octets;
  const incoming = literals.shift();
  if (incoming === undefined) throw new CommandRefused(bad('Where is the message?'));
  return incoming.type === 'staged' ? incoming.body : incoming.octets;
}
