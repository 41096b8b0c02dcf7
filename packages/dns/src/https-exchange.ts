/** Queries over HTTPS (RFC 8484): POST, HTTP/1.1, connections kept. Left out: GET, HTTP/2, caching by HTTP (the cache here knows better). */
import { Agent, request } from 'node:https';
import { isIP } from 'node:net';
import { readResponse, type Exchange, type ExchangeOutcome, type Transport, type TransportCounts } from './exchange.ts';
import { HEADER_OCTETS, MESSAGE_OCTETS } from './message.ts';
import { matchQuestion, type QueryOctets } from './query-octets.ts';
import { codeOf } from './udp-exchange.ts';

const MEDIA_TYPE = 'application/dns-message';
const CONNECTIONS = 16;

export interface HttpsSettings {
  readonly url: string;
  /** Where the host of the URL is; `undefined`: as the operating system says. */
  readonly address: string | undefined;
  readonly ca: string | readonly string[] | undefined;
  readonly counts: TransportCounts;
}

export class HttpsTransport implements Transport {
  readonly #settings: HttpsSettings;
  readonly #agent: Agent;
  readonly #pending = new Set<(outcome: ExchangeOutcome) => void>();

  constructor(settings: HttpsSettings) {
    this.#settings = settings;
    this.#agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS, minVersion: 'TLSv1.2', ...authorities(settings.ca) });
  }

  /** The id is 0: HTTP knows which answer belongs to which request. @rfc 8484 4.1 */
  exchange(query: QueryOctets, done: (outcome: ExchangeOutcome) => void): Exchange {
    const { url, address, counts } = this.#settings;
    const { octets } = query;
    const headers = { 'content-type': MEDIA_TYPE, accept: MEDIA_TYPE, 'content-length': octets.length };
    const sent = request(url, { method: 'POST', agent: this.#agent, headers, ...(address === undefined ? {} : { lookup: lookupOf(address) }) });
    const settle = (outcome: ExchangeOutcome): void => {
      if (this.#pending.delete(settle)) done(outcome);
    };
    this.#pending.add(settle);
    counts.sent++;
    sent.on('error', (error) => settle({ type: 'failure', reason: codeOf(error) }));
    sent.on('response', (response) => {
      const parts: Buffer[] = [];
      let received = 0;
      response.on('data', (part: Buffer) => {
        received += part.length;
        if (received <= MESSAGE_OCTETS) return void parts.push(part);
        settle({ type: 'failure', reason: 'bad-message' });
        sent.destroy();
      });
      response.on('error', (error) => settle({ type: 'failure', reason: codeOf(error) }));
      response.on('close', () => settle({ type: 'failure', reason: 'bad-message' }));
      response.on('end', () => settle(this.#read(response.statusCode, response.headers['content-type'], Buffer.concat(parts), query)));
    });
    sent.end(octets);
    return {
      cancel: () => {
        if (this.#pending.delete(settle)) sent.destroy();
      },
    };
  }

  #read(status: number | undefined, mediaType: string | undefined, octets: Uint8Array, query: QueryOctets): ExchangeOutcome {
    if (status !== 200) return { type: 'failure', reason: `HTTP${status ?? 0}` };
    if (mediaType?.toLowerCase() !== MEDIA_TYPE || octets.length < HEADER_OCTETS) return { type: 'failure', reason: 'bad-message' };
    if (matchQuestion(octets, query.octets, query.question.length) !== 'other') return readResponse(octets, query);
    this.#settings.counts.ignored++;
    return { type: 'failure', reason: 'bad-message' };
  }

  close(): Promise<void> {
    for (const settle of [...this.#pending]) settle({ type: 'failure', reason: 'closed' });
    this.#agent.destroy();
    return Promise.resolve();
  }
}

/** Spread into the options of a TLS connection: nothing for Node's own authorities. */
export function authorities(ca: string | readonly string[] | undefined): { readonly ca?: string | string[] } {
  return ca === undefined ? {} : { ca: typeof ca === 'string' ? ca : [...ca] };
}

type LookupCallback = (error: Error | null, address: string | { readonly address: string; readonly family: number }[], family?: number) => void;

/** The name of the URL is verified; where it leads is not asked of anybody. */
function lookupOf(address: string) {
  return (_host: string, options: { readonly all?: boolean | undefined }, callback: LookupCallback): void => {
    if (options.all === true) callback(null, [{ address, family: isIP(address) }]);
    else callback(null, address, isIP(address));
  };
}
