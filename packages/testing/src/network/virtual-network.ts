/**
 * A network without sockets: named hosts, ports, latency, hosts that refuse or say nothing, connections that are lost by
 * seeded chance. A client and a server on it, with a fake clock, live through days in milliseconds.
 *
 * `dial` fits where `@mailwright/net`'s `dial` does, and fails with the same errors. Leaves out packets: what is lost is a
 * connection. Read next: `virtual-link.ts`.
 */
import { parseAddressLiteral } from '@mailwright/address';
import { type DialAttempt, type DialOptions, type Endpoint, formatEndpoint, type Lookup, NetError, systemClock, type Transport } from '@mailwright/net';
import type { Clock, Random } from '@mailwright/wire';
import { SeededRandom } from '../seeded-random.ts';
import { VirtualLink } from './virtual-link.ts';

const DEFAULT_TIMEOUT_MS = 30_000;
const DEFAULT_ATTEMPT_DELAY_MS = 250; // RFC 8305 section 8
const DEFAULT_LOSS_OCTETS = 4096;
const FIRST_EPHEMERAL_PORT = 49_152; // RFC 6335 section 6
const MAX_PORT = 65_535;
const CLIENT_ADDRESS = '198.18.0.1'; // 198.18.0.0/15 is for tests of networks: RFC 2544 appendix C.2.2
const WORD_VALUES = 0x1_0000_0000;

/** `up`: as usual. `refusing`: nobody listens. `silent`: no answer at all, so dialing takes until its timeout. */
export type Reachability = 'up' | 'refusing' | 'silent';

export interface VirtualNetworkOptions {
  /** Default: the system's. Give a `FakeClock`. */
  readonly clock?: Clock | undefined;
  /** What is lost is drawn from here. Default: seeded with 1. */
  readonly random?: Random | undefined;
  /** How long octets travel one way. Default 0. */
  readonly latencyMs?: number | undefined;
  /** The share of connections that are lost, 0 to 1. Default 0. */
  readonly lossShare?: number | undefined;
  /** A connection that is lost carries at most so many octets, both ways together. Default 4096. */
  readonly lossOctets?: number | undefined;
}

export interface VirtualListener extends AsyncDisposable {
  readonly address: Endpoint;
  /** Takes no more connections; those that stand live on. */
  close(): Promise<void>;
}

export interface VirtualNetwork {
  readonly clock: Clock;
  /** Connections that are open. */
  readonly connectionCount: number;
  /** Gives a host addresses of your choice, in place of the one it would get by itself. Throws a `TypeError` for what is no address. */
  addHost(name: string, addresses: readonly string[]): void;
  /** The first address of a host; a name that was not heard of yet gets one. */
  addressOf(name: string): string;
  /** How a host is to be reached from now on; connections that stand are not touched. By name, or by one of its addresses. */
  setReachability(host: string, reachability: Reachability): void;
  /** Breaks every connection to a host, or to all. */
  cut(host?: string): void;
  /** Port 0: a free one. Errors: rejects with `NET_LISTEN_FAILED` when the port is taken. */
  listen(where: { readonly host: string; readonly port: number }, onTransport: (transport: Transport) => void): Promise<VirtualListener>;
  /** As `dial` of `@mailwright/net`, addresses one after the other. Can be handed on without the network. */
  readonly dial: (options: DialOptions) => Promise<Transport>;
  /** As `Lookup` of `@mailwright/net`. */
  readonly lookup: Lookup;
}

/** Makes an empty network. Throws a `RangeError` on bad numbers. */
export function virtualNetwork(options: VirtualNetworkOptions = {}): VirtualNetwork {
  return new Network(options);
}

interface Listening {
  readonly endpoint: Endpoint;
  readonly onTransport: (transport: Transport) => void;
}

class Network implements VirtualNetwork {
  readonly clock: Clock;
  readonly #random: Random;
  readonly #latencyMs: number;
  readonly #lossShare: number;
  readonly #lossOctets: number;
  readonly #hosts = new Map<string, readonly string[]>();
  readonly #reachability = new Map<string, Reachability>();
  readonly #listening = new Map<string, Listening>();
  readonly #links = new Set<VirtualLink>();
  #addresses = 1;
  #ports = FIRST_EPHEMERAL_PORT;

  constructor(options: VirtualNetworkOptions) {
    const { clock = systemClock, random = new SeededRandom(1), latencyMs = 0, lossShare = 0, lossOctets = DEFAULT_LOSS_OCTETS } = options;
    if (!(latencyMs >= 0)) throw new RangeError(`latencyMs must be a number from 0, not ${latencyMs}`);
    if (!(lossShare >= 0 && lossShare <= 1)) throw new RangeError(`lossShare must be a number from 0 to 1, not ${lossShare}`);
    if (!(lossOctets >= 0)) throw new RangeError(`lossOctets must be a number from 0, not ${lossOctets}`);
    this.clock = clock;
    this.#random = random;
    this.#latencyMs = latencyMs;
    this.#lossShare = lossShare;
    this.#lossOctets = lossOctets;
  }

  get connectionCount(): number {
    return this.#links.size;
  }

  addHost(name: string, addresses: readonly string[]): void {
    for (const address of addresses) if (!isAddress(address)) throw new TypeError(`not an IP address: ${address}`);
    if (addresses.length === 0) throw new TypeError('a host needs an address');
    this.#hosts.set(name.toLowerCase(), [...addresses]);
  }

  addressOf(name: string): string {
    return this.#addressesOf(name)[0]!;
  }

  setReachability(host: string, reachability: Reachability): void {
    for (const address of this.#addressesOf(host)) this.#reachability.set(address, reachability);
  }

  cut(host?: string): void {
    const addresses = host === undefined ? undefined : this.#addressesOf(host);
    for (const link of [...this.#links]) if (addresses === undefined || addresses.includes(link.serverEndpoint.address)) link.lose();
  }

  async listen({ host, port }: { readonly host: string; readonly port: number }, onTransport: (transport: Transport) => void): Promise<VirtualListener> {
    if (!Number.isInteger(port) || port < 0 || port > MAX_PORT) throw new RangeError(`port must be an integer from 0 to ${MAX_PORT}, not ${port}`);
    const chosen = port === 0 ? this.#nextPort() : port;
    const endpoints = this.#addressesOf(host).map((address) => endpointOf(address, chosen));
    for (const endpoint of endpoints) {
      if (!this.#listening.has(formatEndpoint(endpoint))) continue;
      const cause = Object.assign(new Error('the port is taken'), { code: 'EADDRINUSE' });
      throw new NetError('NET_LISTEN_FAILED', `listening on ${formatEndpoint(endpoint)} failed (EADDRINUSE)`, { phase: 'listen', peer: endpoint, cause });
    }
    for (const endpoint of endpoints) this.#listening.set(formatEndpoint(endpoint), { endpoint, onTransport });
    const close = async (): Promise<void> => {
      for (const endpoint of endpoints) {
        if (this.#listening.get(formatEndpoint(endpoint))?.onTransport === onTransport) this.#listening.delete(formatEndpoint(endpoint));
      }
    };
    return { address: endpoints[0]!, close, [Symbol.asyncDispose]: close };
  }

  readonly lookup: Lookup = async (host) => this.#addressesOf(host).map((address) => ({ address, family: familyOf(address) }));

  readonly dial = async (options: DialOptions): Promise<Transport> => {
    if ('path' in options) throw new TypeError('the virtual network has no Unix sockets');
    const { host, port, localAddress, family, tls } = options;
    const found = options.lookup === undefined ? await this.lookup(host, new AbortController().signal) : await options.lookup(host, options.signal ?? new AbortController().signal);
    const addresses = found.filter((address) => family === undefined || address.family === family).map(({ address }) => address);
    const attempt = new VirtualDial(options, this.clock, (address) => this.#connect(endpointOf(address, port), localAddress ?? CLIENT_ADDRESS));
    const transport = await attempt.run(addresses);
    if (tls === undefined || tls.policy.mode === 'none') return transport;
    await transport.startTls({ ...tls, serverName: tls.serverName ?? (isAddress(host) ? undefined : host) });
    return transport;
  };

  /** Resolves with a connection, or with why there is none; never, when the host is silent. */
  async #connect(server: Endpoint, clientAddress: string): Promise<Transport | Error> {
    await this.#travel();
    if (this.#reachability.get(server.address) === 'silent') return new Promise(() => {});
    const listening = this.#reachability.get(server.address) === 'refusing' ? undefined : this.#listening.get(formatEndpoint(server));
    if (listening === undefined) {
      await this.#travel();
      return Object.assign(new Error(`connect ECONNREFUSED ${formatEndpoint(server)}`), { code: 'ECONNREFUSED' });
    }
    const client = endpointOf(clientAddress, this.#nextPort());
    const lostAfterOctets = this.#drawLoss();
    const link = new VirtualLink({ clock: this.clock, latencyMs: this.#latencyMs, client, server, lostAfterOctets }, (closed) => this.#links.delete(closed));
    this.#links.add(link);
    listening.onTransport(link.server);
    await this.#travel();
    return link.client;
  }

  #travel(): Promise<void> {
    return this.#latencyMs === 0 ? Promise.resolve() : new Promise((resolve) => void this.clock.setTimer(resolve, this.#latencyMs));
  }

  /** Two draws for each connection, so that a seed tells the fate of the nth one whatever the shares are. */
  #drawLoss(): number | undefined {
    const [share, octets] = [this.#draw(), this.#draw()];
    return share < this.#lossShare ? Math.floor(octets * (this.#lossOctets + 1)) : undefined;
  }

  /** From 0 up to 1, 1 excluded. */
  #draw(): number {
    const [a = 0, b = 0, c = 0, d = 0] = this.#random.octets(4);
    return (((a << 24) | (b << 16) | (c << 8) | d) >>> 0) / WORD_VALUES;
  }

  #addressesOf(host: string): readonly string[] {
    const literal = host.startsWith('[') ? host.slice(1, -1) : host;
    if (isAddress(literal)) return [literal];
    const name = host.toLowerCase();
    let addresses = this.#hosts.get(name);
    if (addresses === undefined) {
      const number = ++this.#addresses;
      addresses = [`198.${18 + ((number >> 16) & 1)}.${(number >> 8) & 0xff}.${number & 0xff}`];
      this.#hosts.set(name, addresses);
    }
    return addresses;
  }

  #nextPort(): number {
    const port = this.#ports++;
    if (this.#ports > MAX_PORT) this.#ports = FIRST_EPHEMERAL_PORT;
    return port;
  }
}

/** One call of `dial`: an address after the other, within a time. */
class VirtualDial {
  readonly #options: DialOptions & { readonly host: string; readonly port: number };
  readonly #clock: Clock;
  readonly #connect: (address: string) => Promise<Transport | Error>;
  readonly #attempts: DialAttempt[] = [];
  #over = false;

  constructor(options: DialOptions & { readonly host: string; readonly port: number }, clock: Clock, connect: (address: string) => Promise<Transport | Error>) {
    this.#options = options;
    this.#clock = clock;
    this.#connect = connect;
  }

  run(addresses: readonly string[]): Promise<Transport> {
    const { timeoutMs = DEFAULT_TIMEOUT_MS, signal, host, port } = this.#options;
    return new Promise((resolve, reject) => {
      const settle = (act: () => void): void => {
        if (this.#over) return;
        this.#over = true;
        timer.cancel();
        signal?.removeEventListener('abort', onAbort);
        act();
      };
      const fail = (code: 'NET_DIAL_FAILED' | 'NET_DIAL_TIMEOUT' | 'NET_ABORTED', what: string, cause?: unknown): void => {
        const last = this.#attempts.at(-1);
        const peer = last === undefined ? undefined : endpointOf(last.address, port);
        settle(() => reject(new NetError(code, `dialing ${host} port ${port} ${what}`, { phase: 'dial', peer, attempts: this.#attempts, cause })));
      };
      const onAbort = (): void => fail('NET_ABORTED', 'was aborted by the caller', signal?.reason);
      const timer = this.#clock.setTimer(() => fail('NET_DIAL_TIMEOUT', `took longer than ${timeoutMs} ms`), timeoutMs);
      signal?.addEventListener('abort', onAbort);
      if (signal?.aborted === true) return onAbort();
      void this.#tryAll(addresses).then((transport) => {
        if (transport !== undefined) settle(() => resolve(transport));
        else fail('NET_DIAL_FAILED', `failed: ${this.#attempts.map(({ address, error }) => `${address} ${(error as NodeJS.ErrnoException | undefined)?.code ?? 'was silent'}`).join(', ')}`, this.#attempts.at(-1)?.error);
      });
    });
  }

  /** The first connection; a silent address loses its turn after a while, but for the last one, which has all the time. */
  async #tryAll(addresses: readonly string[]): Promise<Transport | undefined> {
    for (const [index, address] of addresses.entries()) {
      const startedMs = this.#clock.now();
      const connecting = this.#connect(address);
      const result = index < addresses.length - 1 ? await this.#orDelay(connecting) : await connecting;
      const error = result instanceof Error ? result : undefined;
      const outcome = result === undefined ? 'abandoned' : error === undefined ? 'connected' : 'failed';
      const attempt: DialAttempt = { address, port: this.#options.port, family: familyOf(address), startedMs, endedMs: this.#clock.now(), outcome, error };
      this.#attempts.push(attempt);
      this.#options.onAttempt?.(attempt);
      if (result === undefined || result instanceof Error) continue;
      if (!this.#over) return result;
      result.destroy();
      return undefined;
    }
    return undefined;
  }

  #orDelay(connecting: Promise<Transport | Error>): Promise<Transport | Error | undefined> {
    return new Promise((resolve) => {
      let late = false;
      const timer = this.#clock.setTimer(() => {
        late = true;
        resolve(undefined);
      }, DEFAULT_ATTEMPT_DELAY_MS);
      void connecting.then((result) => {
        timer.cancel();
        if (late && !(result instanceof Error)) result.destroy();
        resolve(result);
      });
    });
  }
}

function endpointOf(address: string, port: number): Endpoint {
  return { address, port, family: familyOf(address) };
}

function familyOf(address: string): 'IPv4' | 'IPv6' {
  return address.includes(':') ? 'IPv6' : 'IPv4';
}

function isAddress(text: string): boolean {
  return parseAddressLiteral(text.includes(':') ? `[IPv6:${text}]` : `[${text}]`).ok;
}
