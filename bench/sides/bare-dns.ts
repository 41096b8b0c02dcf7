/** The other side of the `dns` entries, a name server that answers all questions with one address, and their limit, a socket that sends one packet again and again. */
import { createSocket } from 'node:dgram';
import type { Socket } from 'node:dgram';
import { once } from 'node:events';
import { DNS_BATCH, DNS_FLIGHT, DNS_NAME } from './auth-inputs.ts';
import type { RunningServer, ServeOptions } from './protocol.ts';
import type { BatchedWork, WorkInput } from './work.ts';

const HEADER_OCTETS = 12;
const TYPE_AND_CLASS_OCTETS = 4;
/** A pointer to the question, A, IN, TTL 0 (no side may answer from its memory), 192.0.2.1. */
const ANSWER = Buffer.from('c00c0001000100000000' + '0004c0000201', 'hex');
/** Response, RD and RA; one question, one answer, nothing else. */
const AFTER_ID = Buffer.from('81800001000100000000', 'hex');
/** An OPT record: 1232 octets, DO. */
const OPT = Buffer.from('00002904d0000080000000', 'hex');

/** Answers with the question and the address; EDNS is not looked at. */
export async function serveBareDns(_options: ServeOptions): Promise<RunningServer> {
  const counters = { messages: 0, octets: 0, port: 0 };
  const socket = createSocket('udp4');
  socket.on('message', (query, { port, address }) => {
    counters.messages++;
    counters.octets += query.length;
    let end = HEADER_OCTETS;
    while (query[end]! !== 0) end += query[end]! + 1;
    end += 1 + TYPE_AND_CLASS_OCTETS;
    const response = Buffer.allocUnsafe(end + ANSWER.length);
    query.copy(response, 0, 0, end);
    AFTER_ID.copy(response, 2);
    ANSWER.copy(response, end);
    socket.send(response, port, address);
  });
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  counters.port = socket.address().port;
  return counters;
}

function makeQuery(): Buffer {
  const name = DNS_NAME.split('.').map((label) => `${String.fromCharCode(label.length)}${label}`).join('');
  return Buffer.concat([Buffer.from('123401000001000000000001', 'hex'), Buffer.from(`${name}\0`), Buffer.from('00010001', 'hex'), OPT]);
}

/** The octets that a client of the DNS sends and gets, without one: the next packet leaves when an answer has come. */
export async function barePackets({ port }: WorkInput): Promise<BatchedWork> {
  const socket = createSocket('udp4');
  socket.connect(port, '127.0.0.1');
  await once(socket, 'connect');
  const query = makeQuery();
  return { batch: DNS_BATCH, work: () => exchange(socket, query) };
}

function exchange(socket: Socket, query: Buffer): Promise<number> {
  let sent = 0;
  let octets = 0;
  let received = 0;
  return new Promise((resolve) => {
    const onMessage = (response: Buffer): void => {
      octets += response.length;
      if (++received === DNS_BATCH) {
        socket.off('message', onMessage);
        resolve(octets);
      } else if (sent < DNS_BATCH) {
        sent++;
        socket.send(query);
      }
    };
    socket.on('message', onMessage);
    for (; sent < DNS_FLIGHT; sent++) socket.send(query);
  });
}
