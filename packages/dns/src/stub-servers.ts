/** The name servers of a stub resolver: how they are written, how they are reached, and which of them were silent lately. */
import { getServers } from 'node:dns';
import { isIP } from 'node:net';
import type { Clock } from '@mailwright/wire';
import type { Transport, TransportCounts } from './exchange.ts';
import { HttpsTransport } from './https-exchange.ts';
import type { Chance } from './query-octets.ts';
import { StreamTransport } from './stream-exchange.ts';
import { UdpTransport } from './udp-exchange.ts';

const PLAIN_PORT = 53;
const TLS_PORT = 853; // RFC 7858 3.1

/** `[scheme://]address[:port][#name]`; an address with a port behind it and colons in it stands in brackets. */
const SERVER = /^(?:(udp|tcp|tls):\/\/)?(?:\[([0-9A-Fa-f:.]+(?:%[\w.-]+)?)\]|([0-9A-Fa-f:.]*?))(?::(\d{1,5}))?(?:#([^#]+))?$/;

/** One name server. */
export interface NameServer {
  /** `udp` (with TCP for what is too long), `tcp`, `tls` (RFC 7858), `https` (RFC 8484). Default `udp`; `https` when there is a `url`. */
  readonly protocol?: 'udp' | 'tcp' | 'tls' | 'https' | undefined;
  /** An IP address. May be left out for `https`: then the operating system is asked for the host of the URL. */
  readonly address?: string | undefined;
  /** Default 53, for `tls` 853. For `https` it stands in the URL. */
  readonly port?: number | undefined;
  /** The name on the certificate, for `tls`. Default the address. */
  readonly serverName?: string | undefined;
  /** For `https`: `https://dns.example/dns-query`. */
  readonly url?: string | undefined;
  /** PEM of the authorities to trust, in place of Node's. */
  readonly ca?: string | readonly string[] | undefined;
  /** That it validates, and that the way to it is safe: its AD bit becomes `secure`. Default the resolver's `trustAd`. */
  readonly trustAd?: boolean | undefined;
}

export interface ServerSettings {
  readonly trustAd: boolean;
  readonly sockets: number;
  readonly clock: Clock;
  readonly chance: Chance;
  readonly counts: TransportCounts;
}

/** A server and what is known of it. */
export interface ServerState {
  /** For error messages and `source`: `udp://192.0.2.53`. */
  readonly label: string;
  readonly trustAd: boolean;
  readonly isEncrypted: boolean;
  /** The usual way. */
  readonly transport: Transport;
  /** For what is too long for a datagram; the same as `transport` where that has no limit. */
  readonly stream: Transport;
  /** It was silent or out of reach: not the first to be asked until then, in milliseconds of the clock. */
  deadUntil: number;
  /** It answered without EDNS what it had refused with; it gets plain queries until then. @rfc 6891 7 */
  plainUntil: number;
}

/**
 * A server from its text: `192.0.2.53`, `192.0.2.53:5353`, `[2001:db8::53]:5353`, `tcp://192.0.2.53`, `tls://192.0.2.53#dns.example` (the name on the
 * certificate), `https://dns.example/dns-query`. Throws TypeError for anything else.
 */
export function parseNameServer(text: string): NameServer {
  if (text.startsWith('https://')) return { protocol: 'https', url: text };
  const [, scheme = 'udp', bracketed, plain, port, serverName] = SERVER.exec(text) ?? [];
  // Without brackets, more than one colon belongs to the address.
  const address = bracketed ?? (isIP(text) === 6 ? text : plain);
  if (address === undefined || isIP(address) === 0) throw new TypeError(`not a name server: ${JSON.stringify(text)}`);
  return { protocol: scheme as 'udp' | 'tcp' | 'tls', address, port: port === undefined || isIP(text) === 6 ? undefined : Number(port), serverName };
}

/** The servers of the operating system; itself, when it names none, as C libraries do. */
export function systemServers(): readonly string[] {
  const servers = getServers();
  return servers.length > 0 ? servers : ['127.0.0.1'];
}

/** Throws TypeError for a server that can't be reached as described. */
export function openServer(given: string | NameServer, settings: ServerSettings): ServerState {
  const server = typeof given === 'string' ? parseNameServer(given) : given;
  const { protocol = server.url === undefined ? 'udp' : 'https', address, ca } = server;
  const facts = { trustAd: server.trustAd ?? settings.trustAd, deadUntil: -Infinity, plainUntil: -Infinity, isEncrypted: protocol === 'tls' || protocol === 'https' };
  if (address !== undefined && isIP(address) === 0) throw new TypeError(`not an IP address: ${JSON.stringify(address)}`);
  if (protocol === 'https') {
    if (!isHttpsUrl(server.url)) throw new TypeError(`not an https URL: ${JSON.stringify(server.url)}`);
    const transport = new HttpsTransport({ url: server.url, address, ca, counts: settings.counts });
    return { ...facts, label: server.url, transport, stream: transport };
  }
  if (address === undefined) throw new TypeError('a name server needs an address');
  const port = server.port ?? (protocol === 'tls' ? TLS_PORT : PLAIN_PORT);
  if (!(Number.isInteger(port) && port > 0 && port < 0x1_0000)) throw new RangeError(`not a port: ${port}`);
  const tls = protocol === 'tls' ? { serverName: server.serverName ?? address, ca } : undefined;
  const { clock, chance, counts, sockets } = settings;
  const stream = new StreamTransport({ address, port, tls, clock, chance, counts });
  const transport = protocol === 'udp' ? new UdpTransport({ address, port, sockets, clock, chance, counts }) : stream;
  return { ...facts, label: `${protocol}://${address}`, transport, stream };
}

function isHttpsUrl(url: string | undefined): url is string {
  return url !== undefined && URL.canParse(url) && new URL(url).protocol === 'https:';
}
