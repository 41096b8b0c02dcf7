/**
 * Reverse and forward DNS of the client's address (RFC 8601 section 3): does a name that the address has lead back to it? Also called FCrDNS.
 *
 * Left out: what the name says. Whoever has an address can give it any name, but only one that leads back is theirs.
 */
import { traceStep } from '@mailwright/authres';
import type { TraceStep } from '@mailwright/authres';
import type { Answer, QueryOptions, Resolver } from '@mailwright/dns';
import { parseIp, reverseName } from './ip-address.ts';
import type { IpAddress } from './ip-address.ts';

/** A name that the address has. */
export interface IprevName {
  /** Text of strangers. */
  readonly name: string;
  /** Whether it leads back; `temperror` where the DNS did not say. */
  readonly outcome: 'match' | 'no-match' | 'temperror';
  /** Where it leads, of the address's family. */
  readonly addresses: readonly string[];
}

/** The outcome. */
export interface IprevResult {
  /** `permerror`: the address has no name at all. @rfc 8601 2.7.3 */
  readonly result: 'pass' | 'fail' | 'temperror' | 'permerror';
  /** In its one spelling: dotted decimal, or as RFC 5952 has it. */
  readonly ip: string;
  /** The first name that leads back; `undefined` unless `result` is `pass`. */
  readonly name: string | undefined;
  /** The names that were looked at, as the DNS gave them. */
  readonly names: readonly IprevName[];
  readonly trace: readonly TraceStep[];
}

/** What a check needs. */
export interface IprevOptions extends QueryOptions {
  /** A zone identifier is ignored, an IPv4-mapped address is taken as IPv4. */
  readonly ip: string;
  readonly resolver: Resolver;
  /** Names that are looked at; more are ignored. Default 10. */
  readonly names?: number | undefined;
}

const MOST_NAMES = 10; // as RFC 7208 4.6.4 has it for ptr

/**
 * Checks an address. All its names are looked up at once.
 *
 * Errors: rejects with TypeError for an `ip` that is none, and where `signal` aborts; every outcome of the DNS is a result.
 * @rfc 8601 3
 * @rfc 8601 2.7.3
 */
export async function checkIprev({ ip, resolver, names: most = MOST_NAMES, signal, deadline }: IprevOptions): Promise<IprevResult> {
  const address = parseIp(ip);
  if (address === undefined) throw new TypeError(`not an IP address: ${JSON.stringify(ip)}`);
  const reverse = reverseName(address);
  const answer = await resolver.query(reverse, 'PTR', { signal, deadline });
  if (answer.status !== 'ok') return withoutName(address, reverse, answer);
  const targets = [...new Set(answer.records.map(({ target }) => target))].slice(0, most);
  const names = await Promise.all(targets.map((name) => lookUpName(name, address, resolver, { signal, deadline })));
  const match = names.find(({ outcome }) => outcome === 'match');
  const result = match !== undefined ? 'pass' : names.some(({ outcome }) => outcome === 'temperror') ? 'temperror' : 'fail';
  const found = traceStep('8601 3', `${reverse} has ${answer.records.length} ${answer.records.length === 1 ? 'name' : 'names'}`, { name: reverse, names: targets });
  return { result, ip: address.text, name: match?.name, names, trace: [found, ...names.map((name) => explainName(name, address))] };
}

function withoutName({ text }: IpAddress, reverse: string, { status, reason }: Answer): IprevResult {
  const isTemporary = status === 'temp' || status === 'bogus';
  const step = isTemporary
    ? traceStep('8601 2.7.3', `${reverse}: the DNS did not say (${reason ?? status})`, { name: reverse, status })
    : traceStep('8601 2.7.3', `${reverse}: the address has no name (${status})`, { name: reverse, status });
  return { result: isTemporary ? 'temperror' : 'permerror', ip: text, name: undefined, names: [], trace: [step] };
}

async function lookUpName(name: string, { family, text }: IpAddress, resolver: Resolver, options: QueryOptions): Promise<IprevName> {
  const answer = await (family === 4 ? resolver.query(name, 'A', options) : resolver.query(name, 'AAAA', options));
  const addresses = answer.records.map((record) => parseIp(record.address)?.text ?? record.address);
  if (answer.status === 'temp' || answer.status === 'bogus') return { name, outcome: 'temperror', addresses };
  return { name, outcome: addresses.includes(text) ? 'match' : 'no-match', addresses };
}

function explainName({ name, outcome, addresses }: IprevName, { text }: IpAddress): TraceStep {
  const data = { name, outcome, addresses };
  if (outcome === 'temperror') return traceStep('8601 2.7.3', `${name}: the DNS did not say where it leads`, data);
  if (outcome === 'match') return traceStep('8601 2.7.3', `${name} leads back to ${text}`, data);
  return traceStep('8601 2.7.3', `${name} leads ${addresses.length === 0 ? 'nowhere' : `to ${addresses.join(', ')}`}, not to ${text}`, data);
}
