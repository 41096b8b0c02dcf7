/**
 * What the authentication of one message is told: the session's facts, who we are, whom to ask, and how strict to be.
 *
 * Read next: `authenticator.ts`.
 */
import { canonicalDomain, parseDomain } from '@mailwright/address';
import { formatAuthenticationResults } from '@mailwright/authres';
import type { ArcValidatorOptions } from '@mailwright/arc';
import { canonicalSigningDomain } from '@mailwright/dkim';
import type { DkimVerifierOptions } from '@mailwright/dkim';
import { DmarcCache } from '@mailwright/dmarc';
import type { PublicSuffixList } from '@mailwright/dmarc';
import type { Resolver } from '@mailwright/dns';
import { systemClock } from '@mailwright/net';
import type { CheckSpfOptions } from '@mailwright/spf';
import type { Clock } from '@mailwright/wire';
import { parseIp } from './ip-address.ts';

/** How much one message may take. */
export interface AuthenticatorLimits {
  /** Octets of the header section. A longer one makes every verdict an error, and the message one to refuse (`limit` of the report). Default 262,144. */
  readonly headerOctets?: number | undefined;
  /** Fields of the header section, the same way. Default 1,000. */
  readonly headerFields?: number | undefined;
  /** Questions to the DNS; what more is asked comes out as `temperror`. Default 150. */
  readonly queries?: number | undefined;
  /** Questions that are under way at once. Default 16. */
  readonly queriesAtOnce?: number | undefined;
  /** Milliseconds for the DNS, from the first question on; what is not there then is `temperror`. Default 20,000. */
  readonly ms?: number | undefined;
}

/** What stays the same for all messages. */
export interface AuthenticationPolicy {
  readonly resolver: Resolver;
  /** Our authserv-id: who speaks in the Authentication-Results field. A host or domain name of ours; without one there is no Received-SPF. */
  readonly hostname: string;
  /** Other authserv-ids of ours. Fields that claim one of them are forged as well. Default none. */
  readonly otherIds?: readonly string[] | undefined;
  /** Default the machine's. The resolver should have the same. */
  readonly clock?: Clock | undefined;
  readonly limits?: AuthenticatorLimits | undefined;
  /** Whether SPF is checked of the HELO name, too. DMARC does not use it. Default true. */
  readonly checkHelo?: boolean | undefined;
  /** Whether the client's address is looked up in reverse. Default true. */
  readonly checkIprev?: boolean | undefined;
  readonly spf?: Pick<CheckSpfOptions, 'limits' | 'explanation' | 'revealLocalPart' | 'voidCounting'> | undefined;
  readonly dkim?: Pick<DkimVerifierOptions, 'keyCache' | 'signatures' | 'leastRsaBits' | 'clockSkewSeconds' | 'threadPool'> | undefined;
  readonly arc?: (Pick<ArcValidatorOptions, 'instances' | 'clockSkewSeconds'> & {
    /** Domains of sealers (`d=`) whose word counts: a chain of theirs may excuse a message that fails DMARC. Default none. */
    readonly trustedSealers?: readonly string[] | undefined;
  }) | undefined;
  readonly dmarc?: {
    /** Shared by many messages; the `now` of it must be the wall time of `clock`. Default one for each message. */
    readonly cache?: DmarcCache | undefined;
    /** Instead of tree walks. */
    readonly publicSuffixes?: PublicSuffixList | undefined;
  } | undefined;
}

/** What is known of one message before it comes. */
export interface AuthenticatorOptions extends AuthenticationPolicy {
  /** The client's address; `undefined` where there is none that means anything (a file, a pipe): then there is no SPF and no iprev. */
  readonly ip: string | undefined;
  /** The argument of HELO or EHLO; `''` where there was none. */
  readonly helo: string;
  /** The reverse-path of MAIL FROM without angle brackets; `''` is the null one. */
  readonly sender: string;
  /** Whether the message is internationalized (SMTPUTF8): then our field may hold UTF-8. Default false. */
  readonly utf8?: boolean | undefined;
  /** Stops everything; `end()` rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

/** With the defaults filled in. */
export interface Settings {
  readonly options: AuthenticatorOptions;
  readonly ip: string | undefined;
  readonly ourIds: readonly string[];
  /** `hostname` as Received-SPF has it; `undefined` where it is no domain, which an authserv-id need not be. */
  readonly receiver: string | undefined;
  readonly clock: Clock;
  readonly limits: { readonly [L in keyof AuthenticatorLimits]-?: number };
  readonly cache: DmarcCache;
  readonly trustedSealers: readonly string[];
}

const DEFAULT_LIMITS: Settings['limits'] = { headerOctets: 262_144, headerFields: 1000, queries: 150, queriesAtOnce: 16, ms: 20_000 };
/** Names that the policy of one message can lead to are far fewer. */
const CACHE_ENTRIES = 1000;

/**
 * Puts the defaults in.
 *
 * Errors: TypeError for a `hostname` that can't stand in the field, an `ip` that is none, a trusted sealer that is no domain; RangeError for a limit that is
 * no positive integer.
 */
export function resolveOptions(options: AuthenticatorOptions): Settings {
  const { hostname, otherIds = [], clock = systemClock } = options;
  formatAuthenticationResults({ authservId: hostname, results: [] }, { utf8: options.utf8 }); // throws for an id that can't be written
  const address = options.ip === undefined ? undefined : parseIp(options.ip);
  if (options.ip !== undefined && address === undefined) throw new TypeError(`not an IP address: ${JSON.stringify(options.ip)}`);
  const trustedSealers = options.arc?.trustedSealers ?? [];
  const wrong = trustedSealers.find((sealer) => canonicalSigningDomain(sealer) === undefined);
  if (wrong !== undefined) throw new TypeError(`not a domain: ${JSON.stringify(wrong)}`);
  return {
    options,
    ip: address?.text,
    ourIds: [hostname, ...otherIds],
    receiver: parseDomain(hostname).ok ? canonicalDomain(hostname) : undefined,
    clock,
    limits: resolveLimits(options.limits ?? {}),
    cache: options.dmarc?.cache ?? new DmarcCache({ now: () => clock.wallTime(), entries: CACHE_ENTRIES }),
    trustedSealers,
  };
}

function resolveLimits(limits: AuthenticatorLimits): Settings['limits'] {
  const resolved: Record<string, number> = { ...DEFAULT_LIMITS };
  for (const name of Object.keys(DEFAULT_LIMITS) as (keyof AuthenticatorLimits)[]) {
    const limit = limits[name];
    if (limit === undefined) continue;
    if (!Number.isInteger(limit) || limit < 1) throw new RangeError(`limits.${name} must be a positive integer`);
    resolved[name] = limit;
  }
  return resolved as unknown as Settings['limits'];
}
