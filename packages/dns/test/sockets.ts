/** Servers and clients of the socket tests: all on loopback, all closed when the test ends. */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect } from 'node:net';
import { createStubResolver, encodeMessage, parseMessage, startDnsServer, TYPE_CODES, type DnsMessage, type DnsServer, type DnsServerOptions, type RecordType, type StubResolver, type StubResolverOptions, type ZoneObject } from '@mailwright/dns';
import { afterEach } from 'vitest';
import { frame, FrameReader } from '../src/stream-frames.ts';

const closables: { close(): unknown }[] = [];

afterEach(async () => {
  for (const closable of closables.splice(0).reverse()) await closable.close();
});

export const ZONE: ZoneObject = {
  'example.test': { SOA: 'ns.example.test hostmaster.example.test 1 2 3 4 120', MX: ['10 mx1.example.test', '20 mx2.example.test'], TXT: 'v=spf1 -all', NS: 'ns.example.test', CAA: '0 issue "ca.test"', ttl: 900 },
  'mx1.example.test': { A: ['192.0.2.1', '192.0.2.2'], AAAA: '2001:db8::1', ttl: 300 },
  'alias.example.test': { CNAME: 'far.example.test', ttl: 60 },
  'far.example.test': { CNAME: 'mx1.example.test', ttl: 30 },
  'dangling.example.test': { CNAME: 'gone.example.test' },
  'loop.example.test': { CNAME: 'pool.example.test' },
  'pool.example.test': { CNAME: 'loop.example.test' },
  'long.example.test': { TXT: Array.from({ length: 12 }, (_, index) => `${index}`.padEnd(200, 'x')) },
  '*.wild.example.test': { TXT: 'wild' },
  'a.b.example.test': { A: '192.0.2.9' },
  '_25._tcp.mx1.example.test': { TLSA: '3 1 1 00ff' },
  'signed.example.test': { A: '192.0.2.7', secure: true },
  'failing.example.test': { A: '192.0.2.8', script: { status: 'temp' } },
  'bogus.example.test': { A: '192.0.2.8', script: { status: 'bogus' } },
  'bounce\\+bob=x\\.org.example.test': { A: '127.0.0.2' },
};

export async function serve(options: Partial<DnsServerOptions> = {}): Promise<DnsServer> {
  const server = await startDnsServer({ zone: ZONE, ...options });
  closables.push(server);
  return server;
}

/** `servers` by text, or servers of `serve`. */
export function resolve(servers: readonly (DnsServer | string)[], options: Omit<StubResolverOptions, 'servers'> = {}): StubResolver {
  const resolver = createStubResolver({ servers: servers.map((server) => (typeof server === 'string' ? server : udp(server))), ...options });
  closables.push(resolver);
  return resolver;
}

export function udp({ host, port }: DnsServer): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

/** Later closes whatever a test made. */
export function closing<T extends { close(): unknown }>(closable: T): T {
  closables.push(closable);
  return closable;
}

export function queryFor(name: string, type: RecordType | number, facts: Partial<DnsMessage> = {}): DnsMessage {
  return {
    id: 0x1234, response: false, opcode: 0, authoritative: false, truncated: false, recursionDesired: true, recursionAvailable: false, authenticData: false, checkingDisabled: false,
    rcode: 0, questions: [{ name, type: typeof type === 'number' ? type : TYPE_CODES[type], class: 1 }], answers: [], authorities: [], additionals: [], edns: undefined, ...facts,
  };
}

export function read(octets: Uint8Array): DnsMessage {
  const parsed = parseMessage(octets);
  if (!parsed.ok) throw new Error(`${parsed.error} at ${parsed.at}`);
  return parsed.value;
}

/** Sends octets in one datagram and gives the first answer. */
export async function sendDatagram({ host, port }: DnsServer, octets: Uint8Array): Promise<Uint8Array> {
  const socket = closing(createSocket(host.includes(':') ? 'udp6' : 'udp4'));
  socket.send(octets, port, host);
  const [answer] = (await once(socket, 'message')) as [Uint8Array];
  return answer;
}

export async function askUdp(server: DnsServer, message: DnsMessage): Promise<DnsMessage> {
  return read(await sendDatagram(server, encodeMessage(message)));
}

/** Sends messages over one TCP connection and gives as many answers. */
export async function askTcp({ host, port }: DnsServer, messages: readonly DnsMessage[]): Promise<readonly DnsMessage[]> {
  const socket = connect(port, host);
  closing({ close: () => socket.destroy() });
  socket.write(Buffer.concat(messages.map((message) => frame(encodeMessage(message)))));
  const frames = new FrameReader();
  const answers: DnsMessage[] = [];
  for await (const chunk of socket as AsyncIterable<Uint8Array>) {
    answers.push(...frames.push(chunk).map(read));
    if (answers.length === messages.length) break;
  }
  return answers;
}

/** A signal that can be waited for again and again: `onQuery` of a server. */
export function counter(): { readonly count: () => void; reached(count: number): Promise<void> } {
  let seen = 0;
  let waiting: { readonly count: number; readonly resolve: () => void }[] = [];
  return {
    count: () => {
      seen++;
      for (const { resolve } of waiting.filter(({ count }) => count <= seen)) resolve();
      waiting = waiting.filter(({ count }) => count > seen);
    },
    reached: (count) => (seen >= count ? Promise.resolve() : new Promise((resolve) => void waiting.push({ count, resolve }))),
  };
}
