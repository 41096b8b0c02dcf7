/** Every benchmark by name. The names are promised: scripts compare them over time. */
import type { Bar, Contender, Entry } from './contender.ts';
import { AUTH_ENTRIES } from './auth-entries.ts';
import { IMAP_ENTRIES } from './imap-entries.ts';
import { MIME_ENTRIES } from './mime-entries.ts';
import { idling, receiving, receivingAiosmtpd, sending, sendingSmtpSource } from './contenders.ts';
import type { Generator, Sink, Traffic } from './contenders.ts';

const SIZES: Readonly<Record<string, number>> = { '1k': 1024, '10k': 10 * 1024, '100k': 100 * 1024, '5m': 5 * 1024 * 1024 };
const CONCURRENCY: readonly number[] = [1, 8, 32, 100];
const IDLE_SESSIONS = 5000;

const traffic = (size: string, concurrency: number): Traffic => ({ octets: SIZES[size]!, concurrency });

interface Details {
  readonly about: string;
  readonly contenders: readonly Contender[];
  readonly bars?: readonly Bar[];
  readonly extra?: boolean;
}

const entry = (name: string, details: Details): Entry => ({ name, unit: 'messages/s', bars: [], extra: false, ...details });

/** smtp-sink ends at 150 to 300 MB/s, so all but the smallest messages go to the bare sink. */
const sinkFor = (size: string): Sink => ({ program: size === '1k' ? 'smtp-sink' : 'bare-sink' });

function sendPipelined(size: string, concurrency: number, bars: readonly Bar[] | undefined): Entry {
  const sink = sinkFor(size);
  const load = traffic(size, concurrency);
  const contenders = [
    sending('ours', 'ours-pool', sink, load), sending('limit', 'bare-pipelined', sink, load), sending('nodemailer', 'nodemailer-pool', sink, load),
  ];
  if (size === '1k') contenders.push(sendingSmtpSource(sink, load));
  return entry(`smtp.send.pipelined.${size}.c${concurrency}`, {
    about: `our pool into ${sink.program}; limit: bare sockets, message end and next MAIL, RCPT, DATA in one group`,
    contenders, bars: bars ?? [], extra: bars === undefined,
  });
}

function sendLockstep(size: string, concurrency: number, bars: readonly Bar[]): Entry {
  const sink: Sink = { program: 'smtp-sink without PIPELINING' };
  const load = traffic(size, concurrency);
  return entry(`smtp.send.lockstep.${size}.c${concurrency}`, {
    about: 'our pool into smtp-sink -p; limit: bare sockets, one command a round trip',
    contenders: [
      sending('ours', 'ours-pool', sink, load), sending('limit', 'bare-lockstep', sink, load), sending('nodemailer', 'nodemailer-pool', sink, load),
      sendingSmtpSource(sink, load),
    ],
    bars,
  });
}

function receive(form: 'pipelined' | 'lockstep', size: string, concurrency: number, bars: readonly Bar[] | undefined): Entry {
  const generator: Generator = form === 'pipelined' ? 'bare-pipelined' : 'smtp-source';
  const load = traffic(size, concurrency);
  return entry(`smtp.receive.${form}.${size}.c${concurrency}`, {
    about: `${form === 'pipelined' ? 'a bare pipelining client' : 'smtp-source'} to our server; limit: a bare responder that only finds CRLF`,
    contenders: [
      receiving('ours', 'ours-server', generator, load), receiving('limit', 'bare-responder', generator, load),
      receiving('smtp-server', 'smtp-server', generator, load), receivingAiosmtpd(generator, load),
    ],
    bars: bars ?? [], extra: bars === undefined,
  });
}

function windows(): Entry[] {
  const sink: Sink = { program: 'bare-responder', chunking: true };
  const load: Traffic = { ...traffic('1k', 1), window: 128 };
  return [
    entry('smtp.window.1k.c1', {
      about: 'our client with 128 BDAT transactions in flight on one connection; limit: a bare socket with the same window, one write a message',
      contenders: [
        sending('ours', 'ours-window', sink, load), sending('limit', 'bare-window', sink, load),
        sending('ours-one-round-trip', 'ours-window', sink, { ...load, window: 1 }),
        sending('bare-one-round-trip', 'bare-window', sink, { ...load, window: 1 }), sending('bare-blocks', 'bare-window-blocks', sink, load),
      ],
      bars: [{ figure: 'ratio', atLeast: 0.5 }, { figure: 'times ours-one-round-trip', atLeast: 10 }],
    }),
    entry('smtp.receive.window.1k.c1', {
      about: 'a bare client with 128 BDAT transactions in flight to our server; limit: a bare responder that skips BDAT chunks',
      contenders: [
        receiving('ours', 'ours-server', 'bare-window', load, { chunking: true }), receiving('limit', 'bare-responder', 'bare-window', load, { chunking: true }),
        receiving('ours-under-blocks', 'ours-server', 'bare-window-blocks', load, { chunking: true }),
        receiving('bare-under-blocks', 'bare-responder', 'bare-window-blocks', load, { chunking: true }),
      ],
      bars: [{ figure: 'ratio', atLeast: 0.5 }],
    }),
  ];
}

function startTls(): Entry {
  const sink: Sink = { program: 'bare-responder', tls: true };
  const load = traffic('1k', 8);
  return entry('smtp.starttls.c8', {
    about: 'a new connection with STARTTLS for every message; limit: bare TLS connects with a shared context',
    contenders: [
      sending('ours', 'ours-starttls', sink, load), sending('limit', 'bare-starttls', sink, load),
      sending('nodemailer', 'nodemailer-starttls', sink, load), sending('bare-resumed', 'bare-starttls-resumed', sink, load),
    ],
    bars: [{ figure: 'ratio', atLeast: 0.9 }],
  });
}

function idle(): Entry {
  return {
    name: `smtp.idle.${IDLE_SESSIONS}`, unit: 'KB/session', extra: false,
    about: 'memory of a server with idle sessions after EHLO; limit: a bare server without state',
    contenders: [idling('ours', 'ours-server', IDLE_SESSIONS), idling('limit', 'bare-idle', IDLE_SESSIONS), idling('smtp-server', 'smtp-server', IDLE_SESSIONS)],
    bars: [{ figure: 'rss', atMost: 7 }, { figure: 'heap', atMost: 2 }],
  };
}

function clientToServer(size: string, concurrency: number, extra: boolean): Entry {
  const load = traffic(size, concurrency);
  return entry(`smtp.client-server.${size}.c${concurrency}`, {
    about: 'our pool to our server, CPU of both; limit: bare sockets to a bare responder; peer: nodemailer to smtp-server',
    contenders: [
      sending('ours', 'ours-pool', { program: 'ours-server' }, load, true), sending('limit', 'bare-pipelined', { program: 'bare-responder' }, load, true),
      sending('nodemailer+smtp-server', 'nodemailer-pool', { program: 'smtp-server' }, load, true),
    ],
    extra,
  });
}

const ratio = (atLeast: number): Bar => ({ figure: 'ratio', atLeast });

const SEND_BARS: Readonly<Record<string, readonly Bar[]>> = {
  '1k.8': [ratio(0.7), { figure: 'times nodemailer', atLeast: 8 }],
  '1k.32': [ratio(0.7), { figure: 'times nodemailer', atLeast: 8 }],
  '100k.8': [ratio(0.8)],
  '5m.8': [ratio(0.8), { figure: 'cpuPerMessage', atMost: 5000 }],
};
const RECEIVE_BARS: Readonly<Record<string, readonly Bar[]>> = { '1k.10': [ratio(0.6), { figure: 'times smtp-server', atLeast: 5 }] };

const grid = <T>(concurrencies: readonly number[], make: (size: string, concurrency: number) => T): T[] =>
  Object.keys(SIZES).flatMap((size) => concurrencies.map((concurrency) => make(size, concurrency)));

export const ENTRIES: readonly Entry[] = [
  ...grid(CONCURRENCY, (size, concurrency) => sendPipelined(size, concurrency, SEND_BARS[`${size}.${concurrency}`])),
  sendLockstep('1k', 8, [ratio(0.85)]),
  ...grid([1, 10, 32, 100], (size, concurrency) => receive('pipelined', size, concurrency, RECEIVE_BARS[`${size}.${concurrency}`])),
  receive('lockstep', '1k', 10, [ratio(0.85)]),
  receive('lockstep', '1k', 100, [ratio(0.85)]),
  receive('lockstep', '100k', 10, [ratio(0.85)]),
  ...windows(),
  idle(),
  startTls(),
  clientToServer('1k', 8, false),
  clientToServer('100k', 8, false),
  ...['1k', '10k', '100k', '5m'].flatMap((size) => CONCURRENCY.filter((count) => count !== 8 || size === '10k' || size === '5m').map((count) => clientToServer(size, count, true))),
  ...MIME_ENTRIES,
  ...AUTH_ENTRIES,
  ...IMAP_ENTRIES,
];
