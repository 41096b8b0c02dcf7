/** LIST: the sizes of all messages, or of one. @rfc 1939 5 */
import type { CommandSpec } from '../extension.ts';
import { encodeScanListing } from '../listings.ts';
import { ok } from '../response.ts';
import { NO_SUCH_MESSAGE, oneMessageOrAll } from './message-number.ts';

export interface ListCommand {
  readonly verb: 'LIST';
  /** `undefined` for all. */
  readonly number: number | undefined;
}

export const list: CommandSpec<ListCommand> = {
  ...oneMessageOrAll('LIST'),
  source: 'RFC 1939 5',
  states: ['transaction'],
  grouping: 'free',
  effect: 'none',
  form: ({ number }) => (number === undefined ? 'lines' : 'line'),
  serve({ number }, { maildrop }) {
    if (number === undefined) {
      const { messageCount, octets } = maildrop;
      return { do: 'answer', response: ok(`${messageCount} messages (${octets} octets)`), lines: maildrop.scanLines() };
    }
    const message = maildrop.message(number);
    if (message === undefined) return NO_SUCH_MESSAGE;
    return { do: 'answer', response: ok(encodeScanListing({ number, octets: message.octets })), lines: undefined };
  },
  explain: ({ number }) => (number === undefined ? 'The client asks for the size of each message.' : `The client asks for the size of message ${number}.`),
};
