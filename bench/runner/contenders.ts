/** The makers of contenders: which two processes face each other, and whose CPU is counted. */
import { fileURLToPath } from 'node:url';
import type { ServeOptions } from '../sides/protocol.ts';
import type { WorkResult } from '../sides/work.ts';
import type { Contender, Prepared, Sample, Timing } from './contender.ts';
import { Program, Side, findProgram, freePort, reachable } from './processes.ts';
import { certificate, messagePath } from './corpus.ts';

export const PEERS_PATH: string = fileURLToPath(new URL('../peers/package.json', import.meta.url));
const AIOSMTPD: string = fileURLToPath(new URL('../peers/aiosmtpd-server.py', import.meta.url));

const SMTP_SINK = findProgram('smtp-sink');
const SMTP_SOURCE = findProgram('smtp-source');

/** A process that waits for its turn would forget what it has compiled, and spend a second of its next measurement on that. */
export const KEEP_COMPILED: readonly string[] = ['--no-flush-bytecode'];

const OCTETS_PER_MEGABYTE = 1024 * 1024;

/** The size and number of what is sent. */
export interface Traffic {
  readonly octets: number;
  readonly concurrency: number;
  readonly window?: number | undefined;
}

/** Where a client sends to. */
export interface Sink {
  readonly program: 'smtp-sink' | 'smtp-sink without PIPELINING' | 'bare-sink' | 'bare-responder' | 'smtp-server' | 'ours-server';
  readonly tls?: boolean | undefined;
  readonly chunking?: boolean | undefined;
}

interface RunningSink {
  readonly port: number;
  readonly side: Side | undefined;
  close(): void;
}

export const serveOptions = (sink: Omit<Sink, 'program'>): ServeOptions => ({
  pipelining: true, chunking: sink.chunking ?? false, tls: sink.tls ? certificate() : undefined, peersPath: PEERS_PATH,
});

async function serveOrClose(side: Side, sink: Omit<Sink, 'program'>): Promise<number> {
  try {
    return await side.ask({ type: 'serve', options: serveOptions(sink) });
  } catch (error) {
    side.close();
    throw error;
  }
}

async function startSink(sink: Sink): Promise<RunningSink> {
  if (sink.program !== 'smtp-sink' && sink.program !== 'smtp-sink without PIPELINING') {
    const side = new Side(sink.program);
    return { port: await serveOrClose(side, sink), side, close: () => side.close() };
  }
  const port = await freePort();
  const asUser = process.getuid?.() === 0 ? ['-u', 'nobody'] : [];
  const program = new Program(SMTP_SINK!, [...asUser, ...(sink.program === 'smtp-sink' ? [] : ['-p']), `127.0.0.1:${port}`, '1024']);
  await reachable(port);
  return { port, side: undefined, close: () => program.close() };
}

const rate = (messages: number, elapsedMs: number, cpuMicroseconds: number): Sample => ({
  value: (messages / elapsedMs) * 1000, cpuPerMessage: cpuMicroseconds / messages, extra: {},
});

const runOptions = (port: number, traffic: Traffic, timing: Timing) => ({
  port, concurrency: traffic.concurrency, messagePath: messagePath(traffic.octets), window: traffic.window ?? 1, peersPath: PEERS_PATH, ...timing,
});

/** A run that takes much longer than it was told to hangs. */
export const patience = (timing: Timing): number => timing.rampMs + timing.windowMs + 15_000;

const absentSink = (sink: Sink): string | undefined =>
  sink.program.startsWith('smtp-sink') && SMTP_SINK === undefined ? 'smtp-sink is not installed (Debian: postfix)' : undefined;

/** A client in a process of its own, measured against a sink. With `both`, the sink's CPU is counted too. */
export function sending(name: string, client: string, sink: Sink, traffic: Traffic, both: boolean = false): Contender {
  return {
    name,
    absent: absentSink(sink),
    async prepare(): Promise<Prepared> {
      const target = await startSink(sink);
      const side = new Side(client);
      return {
        async measure(timing) {
          const before = await target.side?.ask({ type: 'usage' });
          const result = await side.ask({ type: 'run', options: runOptions(target.port, traffic, timing) }, patience(timing));
          const after = await target.side?.ask({ type: 'usage' });
          if (before !== undefined && after !== undefined) checkCounts(client, after.messages - before.messages, result.messagesInAll);
          const sample = rate(result.messages, result.elapsedMs, result.cpuMicroseconds);
          if (!both || sample.cpuPerMessage === undefined) return sample;
          return { ...sample, cpuPerMessage: sample.cpuPerMessage + (after!.cpuMicroseconds - before!.cpuMicroseconds) / result.messagesInAll };
        },
        close() {
          side.close();
          target.close();
        },
      };
    },
  };
}

/** What was answered must be what was taken: a load that loses messages is no measurement. */
function checkCounts(name: string, taken: number, answered: number): void {
  if (taken !== answered) throw new Error(`${name}: ${answered} messages were answered, ${taken} were taken`);
}

/** Who makes the load on a measured server. */
export type Generator = 'bare-pipelined' | 'bare-window' | 'bare-window-blocks' | 'smtp-source';

/** A server in a process of its own, measured under a load. */
export function receiving(name: string, server: string, generator: Generator, traffic: Traffic, sink: Omit<Sink, 'program'> = {}): Contender {
  return {
    name,
    absent: generator === 'smtp-source' && SMTP_SOURCE === undefined ? 'smtp-source is not installed (Debian: postfix)' : undefined,
    async prepare(): Promise<Prepared> {
      const side = new Side(server);
      const port = await serveOrClose(side, sink);
      const usage = () => side.ask({ type: 'usage' });
      const load = makeLoad(generator, port, traffic);
      return {
        measure: (timing) => measureServer(server, usage, load, timing),
        close() {
          side.close();
          load.close();
        },
      };
    },
  };
}

/** aiosmtpd (Python), when Debian's package is installed. */
export function receivingAiosmtpd(generator: Generator, traffic: Traffic): Contender {
  const python = findProgram('/usr/bin/python3');
  return {
    name: 'aiosmtpd',
    absent: python === undefined ? 'python3 is not installed' : undefined,
    async prepare(): Promise<Prepared> {
      const program = new Program(python!, [AIOSMTPD]);
      const port = Number(await program.line());
      const load = makeLoad(generator, port, traffic);
      const usage = async () => {
        const messages = program.line();
        program.child.stdin!.write('count\n');
        return { messages: Number(await messages), cpuMicroseconds: program.cpuMicroseconds() };
      };
      return {
        measure: (timing) => measureServer('aiosmtpd', usage, load, timing),
        close() {
          program.close();
          load.close();
        },
      };
    },
  };
}

interface ServerLoad {
  run(timing: Timing): Promise<{ messages: number; elapsedMs: number; messagesInAll: number }>;
  close(): void;
}

async function measureServer(
  name: string, usage: () => Promise<{ messages: number; cpuMicroseconds: number }>, load: ServerLoad, timing: Timing,
): Promise<Sample> {
  const before = await usage();
  const result = await load.run(timing);
  const after = await usage();
  const taken = after.messages - before.messages;
  checkCounts(name, taken, result.messagesInAll);
  return { value: (result.messages / result.elapsedMs) * 1000, cpuPerMessage: (after.cpuMicroseconds - before.cpuMicroseconds) / taken, extra: {} };
}

function makeLoad(generator: Generator, port: number, traffic: Traffic): ServerLoad {
  if (generator === 'smtp-source') return smtpSourceLoad(port, traffic);
  const side = new Side(generator);
  return { run: (timing) => side.ask({ type: 'run', options: runOptions(port, traffic, timing) }, patience(timing)), close: () => side.close() };
}

/** smtp-source sends a number of messages, not for a time: the number comes from the rate of the run before. */
function smtpSourceLoad(port: number, traffic: Traffic): ServerLoad {
  let perSecond = 0;
  return {
    async run(timing) {
      const messages = Math.max(traffic.concurrency * 2, Math.round(((perSecond || 500) * timing.windowMs) / 1000));
      const started = performance.now();
      await runSmtpSource(port, traffic, messages);
      const elapsedMs = performance.now() - started;
      perSecond = (messages / elapsedMs) * 1000;
      return { messages, elapsedMs, messagesInAll: messages };
    },
    close() {},
  };
}

/** Runs smtp-source and gives its CPU; the shell's `time` is the only one that knows the CPU of a process that has ended. */
async function runSmtpSource(port: number, traffic: Traffic, messages: number): Promise<number> {
  const parameters = `-d -s ${traffic.concurrency} -m ${messages} -l ${traffic.octets} -f sender@client.example -t recipient@server.example 127.0.0.1:${port}`;
  const program = new Program('/bin/bash', ['-c', `TIMEFORMAT='%U %S'; { time ${SMTP_SOURCE} ${parameters} 2>/dev/null; } 2>&1`]);
  const output = await program.line();
  const [user, system] = output.split(' ').map(Number);
  return ((user ?? 0) + (system ?? 0)) * 1e6;
}

/** Postfix's smtp-source (C) as the client that is measured; it has no PIPELINING. */
export function sendingSmtpSource(sink: Sink, traffic: Traffic): Contender {
  return {
    name: 'smtp-source',
    absent: absentSink(sink),
    async prepare(): Promise<Prepared> {
      const target = await startSink(sink);
      let perSecond = 2000;
      return {
        async measure(timing) {
          const messages = Math.round((perSecond * timing.windowMs) / 1000);
          const started = performance.now();
          const cpu = await runSmtpSource(target.port, traffic, messages);
          const elapsedMs = performance.now() - started;
          perSecond = (messages / elapsedMs) * 1000;
          return rate(messages, elapsedMs, cpu);
        },
        close: () => target.close(),
      };
    },
  };
}

/** A work without another side, in a process of its own. `inputPath` is asked for when it is needed, so that listing entries writes nothing. */
export function working(name: string, work: string, inputPath: () => string): Contender {
  return {
    name,
    absent: undefined,
    prepare(): Promise<Prepared> {
      const side = new Side(work, KEEP_COMPILED);
      return Promise.resolve({
        async measure(timing) {
          const options = { inputPath: inputPath(), peersPath: PEERS_PATH, port: 0, ...timing };
          return workSample(await side.ask({ type: 'work', options }, patience(timing)));
        },
        close: () => side.close(),
      });
    },
  };
}

/** A work that asks a server in another process, whose CPU does not count. */
export function asking(name: string, work: string, server: string): Contender {
  return {
    name,
    absent: undefined,
    async prepare(): Promise<Prepared> {
      const target = new Side(server);
      const port = await serveOrClose(target, {});
      const side = new Side(work, KEEP_COMPILED);
      return {
        measure: async (timing) => workSample(await side.ask({ type: 'work', options: { inputPath: '', peersPath: PEERS_PATH, port, ...timing } }, patience(timing))),
        close() {
          side.close();
          target.close();
        },
      };
    },
  };
}

export function workSample({ operations, elapsedMs, cpuMicroseconds, rssAboveStartOctets, rssFirstCallsOctets }: WorkResult): Sample {
  const sample = rate(operations, elapsedMs, cpuMicroseconds);
  const extra = {
    perSecond: sample.value, microseconds: 1e6 / sample.value,
    rssAboveStartMegabytes: rssAboveStartOctets / OCTETS_PER_MEGABYTE, rssFirstCallsMegabytes: rssFirstCallsOctets / OCTETS_PER_MEGABYTE,
  };
  return { ...sample, extra };
}

/** Memory of a server that holds idle sessions: a fresh process for every measurement, the clients in another one. */
export function idling(name: string, server: string, sessions: number): Contender {
  return {
    name,
    absent: undefined,
    prepare: () =>
      Promise.resolve({
        async measure() {
          const side = new Side(server, ['--expose-gc']);
          const client = new Side('idle-client');
          try {
            const port = await side.ask({ type: 'serve', options: serveOptions({}) });
            await client.ask({ type: 'hold', port, connections: 100 });
            const before = await side.ask({ type: 'memory' });
            const held = await client.ask({ type: 'hold', port, connections: sessions + 100 });
            if (held !== sessions + 100) throw new Error(`${server}: only ${held} of ${sessions} sessions were held`);
            const after = await side.ask({ type: 'memory' });
            const rss = (after.rssOctets - before.rssOctets) / sessions / 1024;
            return { value: rss, cpuPerMessage: undefined, extra: { rss, heap: (after.heapOctets - before.heapOctets) / sessions / 1024 } };
          } finally {
            side.close();
            client.close();
          }
        },
        close() {},
      }),
  };
}
