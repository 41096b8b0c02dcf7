/**
 * The methods that are registered with IANA ("Email Authentication Methods" and "Result Names"), as data: what each may say, and of which
 * facts. A type follows from it, so that a result of our own is checked where it is written.
 *
 * Left out: entries that are deprecated and that nobody should write (domainkeys, sender-id, dkim-adsp, `hardfail`); they are read like any other word.
 *
 * @rfc 8601 2.7
 */
import type { MethodProperty, MethodResult } from './authentication-results.ts';

/** What a value of a property is. `address`: a domain, `@domain` or a mailbox. */
export type PropertyKind = 'domain' | 'address' | 'text';

type Outcome = 'none' | 'pass' | 'fail' | 'temperror' | 'permerror';
type SignatureOutcome = Outcome | 'policy' | 'neutral';

/** What each registered method may say, and of which facts. */
export interface Vocabulary {
  readonly arc: { readonly result: 'none' | 'pass' | 'fail'; readonly property: 'smtp.remote-ip' | 'header.oldest-pass' | 'arc.chain' };
  readonly auth: { readonly result: Outcome; readonly property: 'smtp.auth' | 'smtp.mailfrom' };
  readonly dkim: { readonly result: SignatureOutcome; readonly property: 'header.d' | 'header.i' | 'header.a' | 'header.b' | 'header.s' };
  readonly 'dkim-atps': { readonly result: Outcome; readonly property: 'header.from' };
  readonly dmarc: { readonly result: Outcome; readonly property: 'header.from' | 'policy.dmarc' };
  readonly dnswl: { readonly result: Exclude<Outcome, 'fail'>; readonly property: 'dns.zone' | 'dns.sec' | 'policy.ip' | 'policy.txt' };
  readonly iprev: { readonly result: Exclude<Outcome, 'none'>; readonly property: 'policy.iprev' };
  readonly rrvs: { readonly result: Outcome | 'unknown'; readonly property: 'smtp.rcptto' };
  readonly smime: {
    readonly result: SignatureOutcome;
    readonly property: 'body.smime-part' | 'body.smime-identifier' | 'body.smime-issuer' | 'body.smime-serial';
  };
  readonly spf: { readonly result: SignatureOutcome | 'softfail'; readonly property: 'smtp.mailfrom' | 'smtp.helo' };
  readonly vbr: { readonly result: Outcome; readonly property: 'header.md' | 'header.mv' };
}

/** The name of a method of the registry. */
export type RegisteredMethod = keyof Vocabulary;
/** What that method may say. */
export type ResultOf<M extends RegisteredMethod> = Vocabulary[M]['result'];
/** Which facts belong to it: `smtp.mailfrom`. */
export type PropertyOf<M extends RegisteredMethod> = Vocabulary[M]['property'];

/** A method of the registry. */
export interface MethodSpec<Result extends string = string, Property extends string = string> {
  /** The RFC that defines it, with the section where most of the RFC is about something else. */
  readonly rfc: string;
  readonly results: readonly Result[];
  /** By `ptype.property`. */
  readonly properties: Readonly<Record<Property, PropertyKind>>;
}

const OUTCOMES: readonly Outcome[] = ['none', 'pass', 'fail', 'temperror', 'permerror'];
const SIGNATURE_OUTCOMES: readonly SignatureOutcome[] = ['none', 'pass', 'fail', 'policy', 'neutral', 'temperror', 'permerror'];

/** The registry. */
export const METHODS: { readonly [M in RegisteredMethod]: MethodSpec<ResultOf<M>, PropertyOf<M>> } = {
  arc: { rfc: '8617', results: ['none', 'pass', 'fail'], properties: { 'smtp.remote-ip': 'text', 'header.oldest-pass': 'text', 'arc.chain': 'text' } },
  auth: { rfc: '8601 2.7.4', results: OUTCOMES, properties: { 'smtp.auth': 'text', 'smtp.mailfrom': 'address' } },
  dkim: {
    rfc: '8601 2.7.1',
    results: SIGNATURE_OUTCOMES,
    properties: { 'header.d': 'domain', 'header.i': 'address', 'header.a': 'text', 'header.b': 'text', 'header.s': 'domain' },
  },
  'dkim-atps': { rfc: '6541', results: OUTCOMES, properties: { 'header.from': 'domain' } },
  dmarc: { rfc: '9989 9.1', results: OUTCOMES, properties: { 'header.from': 'domain', 'policy.dmarc': 'text' } },
  dnswl: {
    rfc: '8904', results: ['none', 'pass', 'temperror', 'permerror'], properties: { 'dns.zone': 'domain', 'dns.sec': 'text', 'policy.ip': 'text', 'policy.txt': 'text' },
  },
  iprev: { rfc: '8601 2.7.3', results: ['pass', 'fail', 'temperror', 'permerror'], properties: { 'policy.iprev': 'text' } },
  rrvs: { rfc: '7293', results: [...OUTCOMES, 'unknown'], properties: { 'smtp.rcptto': 'address' } },
  smime: {
    rfc: '7281',
    results: SIGNATURE_OUTCOMES,
    properties: { 'body.smime-part': 'text', 'body.smime-identifier': 'address', 'body.smime-issuer': 'text', 'body.smime-serial': 'text' },
  },
  spf: { rfc: '8601 2.7.2', results: [...SIGNATURE_OUTCOMES, 'softfail'], properties: { 'smtp.mailfrom': 'address', 'smtp.helo': 'domain' } },
  vbr: { rfc: '6212', results: OUTCOMES, properties: { 'header.md': 'domain', 'header.mv': 'domain' } },
};

/** What a result of our own may carry. */
export interface MethodResultInput<M extends RegisteredMethod> {
  /** Values by `ptype.property`, in the order in which they are written; `undefined` is left out. */
  readonly properties?: Readonly<Partial<Record<PropertyOf<M>, string | undefined>>> | undefined;
  readonly reason?: string | undefined;
  /** For people: `p=none dis=none`. */
  readonly comment?: string | undefined;
}

/** The entry of `method` in the registry; `undefined` where it has none. */
export function findMethod(method: string): MethodSpec | undefined {
  return Object.hasOwn(METHODS, method) ? METHODS[method as RegisteredMethod] : undefined;
}

/** Makes a result of a registered method: `methodResult('spf', 'pass', { properties: { 'smtp.mailfrom': 'example.net' } })`. */
export function methodResult<M extends RegisteredMethod>(method: M, result: ResultOf<M>, input: MethodResultInput<M> = {}): MethodResult {
  const properties: MethodProperty[] = [];
  for (const [name, value] of Object.entries<string | undefined>(input.properties ?? {})) {
    const dot = name.indexOf('.');
    if (value !== undefined) properties.push({ ptype: name.slice(0, dot), property: name.slice(dot + 1), value });
  }
  return { method, version: 1, result, reason: input.reason, properties, others: [], comments: input.comment === undefined ? [] : [input.comment] };
}
