/** UIDL: what messages are called in every session, so that a client knows which of them it has already. @rfc 1939 7 @rfc 2449 6.8 */
import { NO_SUCH_MESSAGE, oneMessageOrAll } from '../commands/message-number.ts';
import type { Capability, CommandSpec, Extension } from '../extension.ts';
import { encodeUidListing } from '../listings.ts';
import { ok } from '../response.ts';
import { announced } from './announced.ts';

export interface UidlCommand {
  readonly verb: 'UIDL';
  /** `undefined` for all. */
  readonly number: number | undefined;
}

const uidlCommand: CommandSpec<UidlCommand> = {
  ...oneMessageOrAll('UIDL'),
  source: 'RFC 1939 7',
  states: ['transaction'],
  grouping: 'free',
  effect: 'none',
  form: ({ number }) => (number === undefined ? 'lines' : 'line'),
  serve({ number }, { maildrop }) {
    if (number === undefined) return { do: 'answer', response: ok('unique-id listing follows'), lines: maildrop.uidLines() };
    const message = maildrop.message(number);
    if (message === undefined) return NO_SUCH_MESSAGE;
    return { do: 'answer', response: ok(encodeUidListing({ number, uid: message.uid })), lines: undefined };
  },
  explain: ({ number }) => (number === undefined ? 'The client asks for the unique-id of each message.' : `The client asks for the unique-id of message ${number}.`),
};

export const uidl: Extension<typeof uidlCommand, Capability<'uidl', boolean>> = {
  tag: 'UIDL',
  rfc: 1939,
  offered: () => true,
  advertise: () => '',
  capability: announced('uidl'),
  commands: [uidlCommand],
  explain: () => 'Every message has a name that it keeps from session to session.',
};
