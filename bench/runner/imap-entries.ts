/** The benchmarks of `imap`. Clients ask a Dovecot with 10,000 messages of 4 KB, servers are asked by a bare socket, and the machines speak with one another. */
import { working } from './contenders.ts';
import type { Bar, Contender, Entry } from './contender.ts';
import { askingDovecot, servingDovecot, servingImap } from './imap-contenders.ts';

interface Details {
  readonly about: string;
  readonly contenders: readonly Contender[];
  readonly bars: readonly Bar[];
  readonly unit?: Entry['unit'];
}

const entry = (name: string, { unit = 'messages/s', ...details }: Details): Entry => ({ name, unit, extra: false, ...details });
const ratio = (atLeast: number): Bar => ({ figure: 'ratio', atLeast });
const cpu = (atMost: number): Bar => ({ figure: 'cpuPerMessage', atMost });
const memory = (atMost: number): Bar => ({ figure: 'rssAboveStartMegabytes', atMost });

/** Ours, the limit and the peers, all of them asking Dovecot. */
const clients = (...sides: readonly (readonly [name: string, side: string])[]): Contender[] => sides.map(([name, side]) => askingDovecot(name, side));

export const IMAP_ENTRIES: readonly Entry[] = [
  entry('imap.fetch.envelope10k', {
    about: 'UID, FLAGS and ENVELOPE of 10,000 messages from Dovecot, decoded; limit: a bare socket that sends the same command and counts octets',
    contenders: clients(['ours', 'ours-imap-envelopes'], ['limit', 'bare-imap-envelopes'], ['imapflow', 'imapflow-envelopes'], ['node-imap', 'node-imap-envelopes']),
    bars: [ratio(0.9), cpu(12)],
  }),
  entry('imap.fetch.bodies10k', {
    about: 'UID and BODY[] of 10,000 messages of 4 KB from Dovecot; limit: a bare socket that sends the same command and counts octets',
    contenders: clients(['ours', 'ours-imap-bodies'], ['limit', 'bare-imap-bodies'], ['imapflow', 'imapflow-bodies'], ['node-imap', 'node-imap-bodies']),
    bars: [ratio(0.95), cpu(6)],
  }),
  entry('imap.fetch.literal100m', {
    about: 'one literal of 100 MB from Dovecot to a reader that rests 5 ms after each MiB and has done with a piece when it asks for the next; limit: a bare socket that stops reading meanwhile',
    contenders: clients(
      ['ours', 'ours-imap-large'], ['limit', 'bare-imap-large'], ['ours-kept', 'ours-imap-large-kept'], ['imapflow', 'imapflow-large'], ['imapflow-download', 'imapflow-download'], ['node-imap', 'node-imap-large'],
    ),
    bars: [memory(16)],
    unit: 'MB/s',
  }),
  entry('imap.server.fetch10k', {
    about: 'our server in memory, asked for UID, FLAGS and ENVELOPE of 10,000 messages by a bare socket; beside Dovecot, whose CPU is that of all its processes',
    contenders: [servingImap('ours', 'ours-imap-server', 'bare-imap-envelopes'), servingDovecot('dovecot', 'bare-imap-envelopes')],
    bars: [],
  }),
  entry('imap.server.append1k', {
    about: 'messages of 1 KB appended to our server in memory by a bare socket, 1,000 in one write with non-synchronizing literals; beside Dovecot, which writes files',
    contenders: [servingImap('ours', 'ours-imap-server', 'bare-imap-append'), servingDovecot('dovecot', 'bare-imap-append')],
    bars: [],
  }),
  entry('imap.memory.pair', {
    about: 'our client machine against our server machine without sockets, ten commands in flight: NOOP, FETCH, STORE, STATUS',
    contenders: [working('ours', 'ours-imap-pair', () => '')],
    bars: [{ figure: 'perSecond', atLeast: 50_000 }],
    unit: 'commands/s',
  }),
];
