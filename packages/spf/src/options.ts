/** What a check is told, with defaults, units and where they come from. */
import { isAscii, parseIpv4 } from '@mailwright/wire';
import { formatIp, parseIp, type IpAddress } from './ip.ts';
import type { SpfIdentity } from './result.ts';
import { encodeLabels, isCheckedName, readCheckedDomain } from './target-name.ts';

export interface SpfLimits {
  /** Terms that cost a lookup, in the whole evaluation. Default 10 (RFC 7208 4.6.4). */
  readonly lookups?: number | undefined;
  /** Names asked for in vain. Default 2 (RFC 7208 4.6.4). */
  readonly voidLookups?: number | undefined;
  /** Hosts of one `mx`; more are `permerror`. Default 10 (RFC 7208 4.6.4). */
  readonly mxNames?: number | undefined;
  /** Names of the client that are validated; more are ignored. Default 10 (RFC 7208 4.6.4). */
  readonly ptrNames?: number | undefined;
  /** Queries in all; more are `permerror`. Default 40: what RFC 7208 allows in theory (over 110) is a way to attack others. */
  readonly queries?: number | undefined;
  /** Milliseconds for the whole check, then `temperror`. Default 20,000, the least that RFC 7208 4.6.4 wants. Used by `checkSpf`, by the machine's clock to 50 ms. */
  readonly ms?: number | undefined;
  /** Characters of an explanation; a longer one is ignored. Default 200. */
  readonly explanationCharacters?: number | undefined;
}

/** What the machine has to know beforehand. */
export interface SpfMachineOptions {
  /** The client's address. A zone identifier is ignored. */
  readonly ip: string;
  /** The reverse-path of MAIL FROM without angle brackets; `''` is the null one. */
  readonly sender: string;
  /** The argument of HELO or EHLO. */
  readonly helo: string;
  /** Default `mailfrom`. */
  readonly identity?: SpfIdentity | undefined;
  /** The name of the host that checks, for `%{r}`. Default `unknown`. */
  readonly receiver?: string | undefined;
  /** Milliseconds since 1970, for `%{t}` in explanations. */
  readonly now?: number | undefined;
  /** Whether the text that `exp=` names is asked for after a `fail`. It is written by whoever owns the domain. Default false. */
  readonly explanation?: boolean | undefined;
  /**
   * Whether terms with `%{l}` or `%{s}` are asked, which tells the domain's name server who wrote. Default true; otherwise such terms
   * do not match.
   */
  readonly revealLocalPart?: boolean | undefined;
  /**
   * `name`: a host that has addresses of the other family only is no void lookup (the other family is asked for only when the limit
   * depends on it). `query`: every query without records is. Default `name`.
   */
  readonly voidCounting?: 'name' | 'query' | undefined;
  readonly limits?: SpfLimits | undefined;
}

/** The options with every default put in. */
export interface SpfSession {
  readonly ip: IpAddress;
  readonly ipText: string;
  readonly identity: SpfIdentity;
  readonly nullReversePath: boolean;
  /** In A-labels; `undefined` when there is none to check. */
  readonly domain: string | undefined;
  /** The domain as it came, for reports. */
  readonly givenDomain: string;
  readonly isMalformedSender: boolean;
  /** `<sender>`: the address the domain-specs speak of. @rfc 7208 4.3 */
  readonly sender: string;
  readonly localPart: string;
  readonly hasAsciiLocalPart: boolean;
  readonly senderDomain: string;
  readonly helo: string;
  readonly receiver: string;
  readonly now: number;
  readonly explanation: boolean;
  readonly revealLocalPart: boolean;
  readonly voidCounting: 'name' | 'query';
  readonly limits: { readonly [L in keyof SpfLimits]-?: number };
}

const DEFAULT_LIMITS: SpfSession['limits'] = { lookups: 10, voidLookups: 2, mxNames: 10, ptrNames: 10, queries: 40, ms: 20_000, explanationCharacters: 200 };
/** A path has 256 octets (RFC 5321 4.5.3.1.3), a HELO name 255; twice that is nobody's. Bounds what macros can be made to repeat. */
const MAX_IDENTITY_CHARACTERS = 512;
const CONTROLS = /[\x00-\x1f\x7f]/;

/**
 * Puts the defaults in and takes the sender apart.
 * Throws TypeError for an `ip` that is none, RangeError for a limit that is negative or no number.
 * @rfc 7208 4.1
 * @rfc 7208 2.4
 */
export function resolveSession(options: SpfMachineOptions): SpfSession {
  const dotted = parseIpv4(options.ip);
  const ip: IpAddress | undefined = dotted >= 0 ? { family: 4, value: dotted } : parseIp(options.ip);
  if (ip === undefined) throw new TypeError(`not an IP address: ${JSON.stringify(options.ip)}`);
  const identity = options.identity ?? 'mailfrom';
  const nullReversePath = identity === 'mailfrom' && options.sender === '';
  const sender = identity === 'helo' || nullReversePath ? options.helo : options.sender;
  const at = identity === 'helo' || nullReversePath ? -1 : lastAt(sender);
  const localPart = at <= 0 ? 'postmaster' : sender.slice(0, at); // RFC 7208 4.3
  const givenDomain = sender.slice(at + 1);
  const isDomainPlain = isCheckedName(sender, at + 1);
  const domain = isDomainPlain ? givenDomain : readCheckedDomain(givenDomain);
  const isPlain = isPrintable(sender, isDomainPlain ? at : sender.length);
  const isPlainHelo = isPrintable(options.helo, options.helo.length);
  return {
    ip,
    ipText: dotted >= 0 ? options.ip : formatIp(ip), // a dotted address has one spelling
    identity,
    nullReversePath,
    domain,
    givenDomain,
    isMalformedSender: isMalformed(sender, isPlain) || isMalformed(options.helo, isPlainHelo),
    sender: at > 0 && isDomainPlain ? sender : `${localPart}@${domain ?? givenDomain}`,
    localPart,
    hasAsciiLocalPart: isPlain || isAscii(localPart),
    senderDomain: domain ?? givenDomain,
    helo: isPlainHelo || isAscii(options.helo) ? options.helo : (encodeLabels(options.helo) ?? options.helo),
    receiver: options.receiver ?? 'unknown',
    now: options.now ?? 0,
    explanation: options.explanation ?? false,
    revealLocalPart: options.revealLocalPart ?? true,
    voidCounting: options.voidCounting ?? 'name',
    limits: options.limits === undefined ? DEFAULT_LIMITS : resolveLimits(options.limits),
  };
}

/** As `lastIndexOf('@')`, which for so short a text takes longer than the rest of this file. */
function lastAt(text: string): number {
  let at = text.length - 1;
  while (at >= 0 && text.charCodeAt(at) !== 0x40) at--;
  return at;
}

/** Nearly all senders and HELO names are, up to `end`. */
function isPrintable(text: string, end: number): boolean {
  for (let at = 0; at < end; at++) {
    const unit = text.charCodeAt(at);
    if (unit < 0x20 || unit > 0x7e) return false;
  }
  return true;
}

function isMalformed(text: string, isPlain: boolean): boolean {
  return text.length > MAX_IDENTITY_CHARACTERS || (!isPlain && CONTROLS.test(text));
}

function resolveLimits(limits: SpfLimits): SpfSession['limits'] {
  const resolved: Record<string, number> = { ...DEFAULT_LIMITS };
  for (const name of Object.keys(DEFAULT_LIMITS) as (keyof SpfLimits)[]) {
    const limit = limits[name];
    if (limit === undefined) continue;
    if (typeof limit !== 'number' || !(limit >= 0)) throw new RangeError(`limits.${name} is no number of things: ${String(limit)}`);
    resolved[name] = limit;
  }
  return resolved as unknown as SpfSession['limits'];
}
