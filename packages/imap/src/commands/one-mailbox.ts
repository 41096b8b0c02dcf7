/**
 * DELETE, SUBSCRIBE, UNSUBSCRIBE: commands that name one mailbox.
 *
 *     delete      = "DELETE" SP mailbox
 *     subscribe   = "SUBSCRIBE" SP mailbox
 *     unsubscribe = "UNSUBSCRIBE" SP mailbox
 *
 * @rfc 9051 6.3.5
 * @rfc 9051 6.3.7
 * @rfc 9051 6.3.8
 */
import type { CommandSpec } from '../extension.ts';
import { readMailbox, writeMailbox } from '../mailbox-name.ts';
import { AUTHENTICATED } from './states.ts';

export interface DeleteCommand {
  readonly name: 'DELETE';
  readonly mailbox: string;
}

export interface SubscribeCommand {
  readonly name: 'SUBSCRIBE';
  readonly mailbox: string;
}

export interface UnsubscribeCommand {
  readonly name: 'UNSUBSCRIBE';
  readonly mailbox: string;
}

export const deleteMailbox: CommandSpec<DeleteCommand> = oneMailbox('DELETE', 'RFC 9051 6.3.5', (mailbox) => `The client deletes the mailbox "${mailbox}" with its messages.`);
export const subscribe: CommandSpec<SubscribeCommand> = oneMailbox(
  'SUBSCRIBE', 'RFC 9051 6.3.7', (mailbox) => `The client adds "${mailbox}" to the mailboxes that its user wants to see.`,
);
export const unsubscribe: CommandSpec<UnsubscribeCommand> = oneMailbox(
  'UNSUBSCRIBE', 'RFC 9051 6.3.8', (mailbox) => `The client takes "${mailbox}" from the mailboxes that its user wants to see.`,
);

function oneMailbox<N extends string>(
  name: N, source: string, explain: (mailbox: string) => string,
): CommandSpec<{ readonly name: N; readonly mailbox: string }> {
  return {
    name, uidForm: false, syntax: `${name} mailbox`, source, states: AUTHENTICATED, pipelining: 'any', secret: false,
    parse(reader) {
      reader.space();
      return { name, mailbox: readMailbox(reader) };
    },
    encode: (writer, { mailbox }) => writeMailbox(writer.space(), mailbox),
    explain: ({ mailbox }) => explain(mailbox),
  };
}
