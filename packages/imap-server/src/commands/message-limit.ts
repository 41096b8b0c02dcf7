/**
 * MESSAGELIMIT: a command processes no more messages than the server says, the newest first.
 *
 * @rfc 9738 3.1
 */
import type { MessageLimitCode } from '@mailwright/imap';
import type { CommandSession } from '../server/command-session.ts';
import type { StoredMessage } from '../store/mailbox.ts';

export interface LimitedMessages {
  readonly messages: readonly StoredMessage[];
  /** Where there were more. */
  readonly code: MessageLimitCode | undefined;
}

/** The messages with the highest UIDs, as many as a command may process. */
export function limitMessages({ core }: CommandSession, messages: readonly StoredMessage[]): LimitedMessages {
  const limit = Number(core.machineOptions.capabilities.valueOf('MESSAGELIMIT') ?? Infinity);
  if (!(messages.length > limit)) return { messages, code: undefined };
  const kept = messages.slice(messages.length - limit);
  return { messages: kept, code: { name: 'MESSAGELIMIT', limit, lowestUid: kept[0]?.uid } };
}

/** The same for commands that do all or nothing. `count`: how many messages they name. */
export function overLimit({ core }: CommandSession, count: number, capability: 'MESSAGELIMIT' | 'SAVELIMIT' = 'MESSAGELIMIT'): MessageLimitCode | undefined {
  const limit = Number(core.machineOptions.capabilities.valueOf(capability) ?? Infinity);
  return count > limit ? { name: 'MESSAGELIMIT', limit, lowestUid: undefined } : undefined;
}
