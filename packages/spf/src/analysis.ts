/** What an analysis of a record tells: values only. Read next: `analyze.ts`. */
import type { SpfCounters } from './result.ts';
import type { SpfSyntaxError } from './record-parse.ts';

/** Addresses of both families, as the fewest networks that hold exactly these. */
export interface SpfAddresses {
  readonly ip4: readonly string[];
  readonly ip4Count: number;
  readonly ip6: readonly string[];
  /** Exact below 2^53. */
  readonly ip6Count: number;
}

/**
 * `error`: some receivers won't get a result. `warning`: strangers may pass, or may come to. `notice`: no harm yet.
 */
export type SpfFindingLevel = 'error' | 'warning' | 'notice';

/** Stable names; `SPF_FINDINGS` has the level and the meaning of each. */
export type SpfFindingCode =
  | 'no-record' | 'several-records' | 'syntax' | 'long-record' | 'too-many-lookups' | 'too-many-void-lookups' | 'too-many-mx-names' | 'without-record' | 'loop'
  | 'passes-all' | 'wide-network' | 'dangling-name' | 'void-name' | 'neutral-all' | 'open-end' | 'ptr' | 'depends-on-message'
  | 'redundant-term' | 'overlapping-term' | 'unreachable-term' | 'unused-redirect' | 'unknown-modifier' | 'unanswered' | 'incomplete';

export interface SpfFinding {
  readonly code: SpfFindingCode;
  readonly level: SpfFindingLevel;
  /** Whose record it is about. */
  readonly domain: string;
  readonly term: string | undefined;
  /** A name or number that belongs to it; for `syntax` the `SpfSyntaxError`. */
  readonly detail: string | SpfSyntaxError | undefined;
}

/** A term and what it stands for. */
export interface SpfAnalysedTerm {
  readonly term: string;
  /** How many addresses match it. */
  readonly ip4Count: number;
  readonly ip6Count: number;
  /** How many of them no earlier term of the record matches. */
  readonly newIp4Count: number;
  readonly newIp6Count: number;
  /** The record behind `include` or `redirect`, at the first term that names it; later ones mean the same record. */
  readonly record: SpfAnalysedRecord | undefined;
}

export interface SpfAnalysedRecord {
  readonly domain: string;
  readonly text: string | undefined;
  readonly terms: readonly SpfAnalysedTerm[];
  /** Lookups that an evaluation to the end needs, those of the records it names included. */
  readonly lookups: number;
}

export interface SpfAnalysis {
  readonly domain: string;
  /** `undefined` where there is no record that can be read. */
  readonly record: SpfAnalysedRecord | undefined;
  /** What passes. */
  readonly authorized: SpfAddresses;
  /** False where an answer was missing, or where a term can't be enumerated: more addresses may pass. */
  readonly isComplete: boolean;
  /** For a client that no term matches: the most an evaluation can cost. */
  readonly counters: SpfCounters;
  /** Of the ten; negative when the record needs more. */
  readonly lookupsLeft: number;
  readonly findings: readonly SpfFinding[];
}

/** Level and meaning of each finding. */
export const SPF_FINDINGS: ReadonlyMap<SpfFindingCode, { readonly level: SpfFindingLevel; readonly text: string }> = new Map([
  ['no-record', { level: 'warning', text: 'The domain has no SPF record; anybody may use it.' }],
  ['several-records', { level: 'error', text: 'The domain has more than one SPF record: permerror.' }],
  ['syntax', { level: 'error', text: 'The record has a syntax error: permerror.' }],
  ['long-record', { level: 'notice', text: 'The record has more than 450 octets; answers may no longer fit into one UDP packet (RFC 7208 3.4).' }],
  ['too-many-lookups', { level: 'error', text: 'An evaluation to the end needs more than ten lookups: permerror.' }],
  ['too-many-void-lookups', { level: 'error', text: 'More than two names are asked for in vain: permerror.' }],
  ['too-many-mx-names', { level: 'error', text: 'The mx has more than ten hosts: permerror.' }],
  ['without-record', { level: 'error', text: 'The include or redirect names a domain without a readable SPF record: permerror.' }],
  ['loop', { level: 'error', text: 'The record leads back to itself: permerror.' }],
  ['passes-all', { level: 'warning', text: 'Every address passes here.' }],
  ['wide-network', { level: 'warning', text: 'The network is wider than /16 (IPv4) or /32 (IPv6); strangers are likely to have addresses in it.' }],
  ['dangling-name', { level: 'warning', text: 'The name does not exist; who registers it can let mail pass.' }],
  ['void-name', { level: 'notice', text: 'The name has no records of the wanted type.' }],
  ['neutral-all', { level: 'notice', text: 'The record ends in ?all: it says nothing about strangers.' }],
  ['open-end', { level: 'notice', text: 'The record ends without all and without redirect: strangers are neutral.' }],
  ['ptr', { level: 'notice', text: 'ptr should not be used (RFC 7208 5.5).' }],
  ['depends-on-message', { level: 'notice', text: 'The term depends on the client or the sender; its addresses can not be listed.' }],
  ['redundant-term', { level: 'notice', text: 'Earlier terms match everything that this one matches.' }],
  ['overlapping-term', { level: 'notice', text: 'Earlier terms match a part of what this one matches.' }],
  ['unreachable-term', { level: 'notice', text: 'The term stands behind all and is never looked at.' }],
  ['unused-redirect', { level: 'notice', text: 'The redirect has no effect beside all.' }],
  ['unknown-modifier', { level: 'notice', text: 'RFC 7208 does not know this modifier; it has no effect.' }],
  ['unanswered', { level: 'error', text: 'The DNS gave no answer; nothing can be said about this term.' }],
  ['incomplete', { level: 'notice', text: 'The analysis was cut short by its own limits.' }],
]);
