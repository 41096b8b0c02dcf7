export type { Endpoint, Transport, TransportSink } from './transport.ts';
export type { DialAttempt, NetErrorCode, NetErrorDetails, NetPhase } from './errors.ts';
export { NetError } from './errors.ts';
export { formatEndpoint } from './endpoint.ts';
export { systemClock } from './clock.ts';
export type { DeadlineMember } from './deadlines.ts';
export { DeadlineSet } from './deadlines.ts';
export { systemRandom } from './random.ts';
export type { HostAddress, Lookup } from './lookup.ts';
export { systemLookup } from './lookup.ts';
export type { Connect, ConnectTarget } from './connection-race.ts';
export type { DialHostOptions, DialOptions, DialPathOptions, DialResult, DialSettings } from './dial.ts';
export { dial, dialWithAttempts } from './dial.ts';
export { ForwardingTransport } from './forwarding-transport.ts';
export { octetParts } from './octet-parts.ts';
export type { StreamEndpoints } from './socket-transport.ts';
export { streamTransport } from './socket-transport.ts';
export type { MemoryPairOptions } from './memory-pair.ts';
export { memoryPair } from './memory-pair.ts';
export type { ListenOptions, Listener } from './listen.ts';
export { listen } from './listen.ts';
export type {
  Pem, PeerCertificate, SecureContext, SubjectAltName, TlsClientOptions, TlsFacts, TlsHandshakeOptions, TlsMaterial, TlsPolicy,
  TlsServerOptions, TlsVersion,
} from './tls.ts';
export type { ServerTls } from './tls-context.ts';
export { createClientContext, createServerContext, createServerTls } from './tls-context.ts';
export type { TlsSession, TlsSessionCacheOptions } from './tls-session-cache.ts';
export { TlsSessionCache } from './tls-session-cache.ts';
export { matchesAnyName, matchesName } from './tls-names.ts';
