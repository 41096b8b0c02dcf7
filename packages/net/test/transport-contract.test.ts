import { ForwardingTransport } from '@mailwright/net';
import { memoryEnds, socketPair, unixPair } from './pairs.ts';
import { transportContract } from './transport-contract.ts';

transportContract('TCP over IPv4', () => socketPair('127.0.0.1'), { resets: true });
transportContract('TCP over IPv6', () => socketPair('::1'), { resets: true });
transportContract('a Unix socket', () => unixPair(), { resets: true });
transportContract('TCP into memory that comes back', () => socketPair('127.0.0.1', { recycles: true }), { resets: true });
transportContract('a Unix socket into memory that comes back', () => unixPair({ recycles: true }), { resets: true });
transportContract('the memory pair', () => memoryEnds(), { resets: true });
transportContract('the memory pair, 100 octets at a time', () => memoryEnds({ maxChunkOctets: 100, windowOctets: 4096 }), { resets: true, floodOctets: 1_000_000 });
transportContract('a transport that forwards to a memory pair', async () => {
  const [first, second] = await memoryEnds();
  return [new ForwardingTransport(first), new ForwardingTransport(second)];
}, { resets: true });
