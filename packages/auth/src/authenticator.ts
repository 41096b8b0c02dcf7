/**
 * Authenticates a message while it streams by: envelope, header section, body in chunks, report.
 *
 * SPF and iprev are asked for as soon as the envelope is known, the keys of DKIM and ARC and the policy of the author as soon as the header section is
 * there, all at once; the answers come while the body does. Nothing is kept but the header section.
 *
 * Left out: deciding (`suggest.ts` says what the policies ask for). Read next: `report.ts`, `handler.ts`.
 */
import { setMaxListeners } from 'node:events';
import { ArcValidator, trustedSealer } from '@mailwright/arc';
import type { ArcResult } from '@mailwright/arc';
import { findForged, formatAuthenticationResultsField } from '@mailwright/authres';
import type { AuthenticationResults, TraceStep } from '@mailwright/authres';
import { BodyHasher, DkimVerifier } from '@mailwright/dkim';
import type { DkimResult } from '@mailwright/dkim';
import { checkDmarc, extractAuthor } from '@mailwright/dmarc';
import type { AuthorVerdict, DkimIdentifier, DmarcResult } from '@mailwright/dmarc';
import { MessageSplitter, parseHeaders } from '@mailwright/mime';
import type { HeaderSection } from '@mailwright/mime';
import { checkSpf, formatReceivedSpf } from '@mailwright/spf';
import type { SpfIdentity, SpfResult } from '@mailwright/spf';
import { SP, TAB, TextScanner, isAscii } from '@mailwright/wire';
import type { Body } from '@mailwright/wire';
import { explainReport } from './explain.ts';
import { checkIprev } from './iprev.ts';
import type { IprevResult } from './iprev.ts';
import { MessageDns } from './message-dns.ts';
import { listMethodResults } from './method-results.ts';
import { resolveOptions } from './options.ts';
import type { AuthenticatorOptions, Settings } from './options.ts';
import type { AuthenticationReport, ForgedRange, SpfResults, UnsafeHeader } from './report.ts';
import { suggest } from './suggest.ts';

/** What was found in the header section. */
interface Head {
  readonly section: HeaderSection;
  readonly author: AuthorVerdict;
  readonly forged: readonly ForgedRange[];
  readonly unsafe: UnsafeHeader | undefined;
}

/**
 * The authenticator of one message.
 *
 * ```ts
 * import { MessageAuthenticator } from '@mailwright/auth';
 * import { inMemoryZone } from '@mailwright/dns';
 * import { encodeLatin1 } from '@mailwright/wire';
 *
 * const resolver = inMemoryZone({ 'example.com': { TXT: 'v=spf1 ip4:192.0.2.1 -all' }, '_dmarc.example.com': { TXT: 'v=DMARC1; p=reject' } });
 * const authenticator = new MessageAuthenticator({ resolver, hostname: 'mx.example.net', ip: '192.0.2.1', helo: 'mail.example.com', sender: 'a@example.com' });
 * authenticator.headers(encodeLatin1('From: a@example.com\r\n\r\n'));
 * authenticator.body(encodeLatin1('Hi.\r\n'));
 * const { spf, dmarc, suggestion } = await authenticator.end();
 * [spf.mailFrom?.result, dmarc.result, suggestion.action]; // => ['pass', 'pass', 'accept']
 * ```
 */
export class MessageAuthenticator {
  readonly #settings: Settings;
  readonly #controller: AbortController = new AbortController();
  readonly #dns: MessageDns;
  readonly #dkim: DkimVerifier;
  readonly #arc: ArcValidator;
  /** Hashes the body once for each way in which DKIM or ARC wants it. */
  readonly #bodyHasher: BodyHasher = new BodyHasher();
  readonly #mailFrom: Promise<SpfResult | undefined>;
  readonly #helo: Promise<SpfResult | undefined>;
  readonly #iprev: Promise<IprevResult | undefined>;
  #head: Head | undefined = undefined;
  /** `end()` was called. */
  #isOver = false;
  /** And has its answer. */
  #isDone = false;

  /**
   * Asks the DNS about the client and the envelope at once.
   *
   * Errors: TypeError for a `hostname` that can't stand in the field, an `ip` that is none and a trusted sealer that is no domain; RangeError for a bound that
   * is out of range.
   */
  constructor(options: AuthenticatorOptions) {
    const settings = resolveOptions(options);
    const now = settings.clock.wallTime();
    const { signal } = this.#controller;
    setMaxListeners(Infinity, signal); // one for each question that is under way
    this.#settings = settings;
    this.#dns = new MessageDns(options.resolver, settings.limits, settings.clock);
    const { instances, clockSkewSeconds } = options.arc ?? {};
    this.#dkim = new DkimVerifier({ ...options.dkim, resolver: this.#dns, now, signal, bodyHasher: this.#bodyHasher });
    this.#arc = new ArcValidator({ instances, clockSkewSeconds, keyCache: options.dkim?.keyCache, resolver: this.#dns, now, signal, bodyHasher: this.#bodyHasher });
    if (options.signal?.aborted === true) this.#controller.abort(options.signal.reason);
    else options.signal?.addEventListener('abort', this.#abort, { once: true });
    this.#mailFrom = quiet(this.#checkSpf('mailfrom'));
    this.#helo = quiet(options.checkHelo === false || options.sender === '' ? Promise.resolve(undefined) : this.#checkSpf('helo'));
    this.#iprev = quiet(this.#checkIprev());
  }

  /**
   * The header section with the empty line at its end, which must stay as it is until the report is there. Once, and before the body. What stands behind the
   * empty line is the beginning of the body. `MessageSplitter` cuts a stream so.
   *
   * Asks the DNS for the keys, and for the policy of the author.
   */
  headers(octets: Uint8Array): void {
    if (this.#head !== undefined) throw new TypeError('headers() was called before');
    const { limits: { headerOctets, headerFields }, ourIds } = this.#settings;
    const section = parseHeaders(octets, { headerOctets, headerFields });
    const forged = findForged(section, ourIds).map(({ field, reason }): ForgedRange => ({ start: field.start, end: field.end, reason }));
    const author = extractAuthor(section, octets);
    this.#head = { section, author, forged, unsafe: findUnsafe(section, octets) };
    if (author.domain !== undefined) void quiet(this.#checkDmarc(author, undefined, [])); // into the cache, before keys without number use up the questions
    this.#dkim.headers(section, octets);
    this.#arc.headers(section, octets);
    if (section.bodyOffset < octets.length) this.body(octets.subarray(section.bodyOffset));
  }

  /** The next octets of the body; the array may be used again afterwards. */
  body(chunk: Uint8Array): void {
    if (this.#head === undefined || this.#isOver) throw new TypeError(this.#isOver ? 'end() was called before' : 'headers() comes before body()');
    if (this.#dkim.pending + this.#arc.pending > 0) this.#bodyHasher.push(chunk);
  }

  /**
   * The message is over: the report. Once.
   *
   * Errors: rejects with the signal's reason, with that of `abort()`, and for no message and no outcome of the DNS.
   */
  async end(): Promise<AuthenticationReport> {
    if (this.#head === undefined || this.#isOver) throw new TypeError(this.#isOver ? 'end() was called before' : 'headers() comes before end()');
    this.#isOver = true;
    this.#bodyHasher.end();
    const head = this.#head;
    const { signal } = this.#controller;
    try {
      return await new Promise((resolve, reject) => {
        const stop = (): void => reject(signal.reason as Error);
        if (signal.aborted) return stop();
        signal.addEventListener('abort', stop, { once: true }); // a resolver may be slow to notice
        this.#judge(head).then(resolve, reject);
      });
    } finally {
      this.#isDone = true;
      this.#leave();
      this.#dns.close();
    }
  }

  /** Nobody wants the report any more (the client is gone): stops asking the DNS. Harmless when it is over. */
  abort(reason?: unknown): void {
    if (this.#isDone) return;
    this.#leave();
    this.#controller.abort(reason ?? new DOMException('the message will not be authenticated', 'AbortError'));
  }

  readonly #abort = (): void => this.abort(this.#settings.options.signal!.reason);

  #leave(): void {
    this.#settings.options.signal?.removeEventListener('abort', this.#abort);
  }

  async #checkSpf(identity: SpfIdentity): Promise<SpfResult | undefined> {
    const { ip, receiver, clock, options: { sender, helo, spf } } = this.#settings;
    if (ip === undefined) return undefined;
    return checkSpf({ ...spf, ip, sender, helo, identity, receiver, clock, resolver: this.#dns, signal: this.#controller.signal });
  }

  async #checkIprev(): Promise<IprevResult | undefined> {
    const { ip, options } = this.#settings;
    if (ip === undefined || options.checkIprev === false) return undefined;
    return checkIprev({ ip, resolver: this.#dns, signal: this.#controller.signal });
  }

  #checkDmarc(author: AuthorVerdict, spf: SpfResult | undefined, dkim: readonly DkimIdentifier[]): Promise<DmarcResult> {
    const { cache, options } = this.#settings;
    const { signal } = this.#controller;
    return checkDmarc({ from: author, spf, dkim, resolver: this.#dns, cache, publicSuffixes: options.dmarc?.publicSuffixes, signal });
  }

  async #judge(head: Head): Promise<AuthenticationReport> {
    const [mailFrom, helo, iprev, dkim, arc] = await Promise.all([this.#mailFrom, this.#helo, this.#iprev, this.#dkim.end(), this.#arc.end()]);
    const dmarc = await this.#checkDmarc(head.author, mailFrom, identifiersOf(dkim));
    return this.#report(head, { mailFrom, helo }, dkim, arc, dmarc, iprev);
  }

  #report(
    { section, author, forged, unsafe }: Head, spf: SpfResults, dkim: readonly DkimResult[], arc: ArcResult, dmarc: DmarcResult, iprev: IprevResult | undefined,
  ): AuthenticationReport {
    const { ip, receiver, trustedSealers, options: { hostname, utf8 = false } } = this.#settings;
    const results: AuthenticationResults = { authservId: hostname, results: listMethodResults({ spf, dkim, arc, dmarc, iprev, ip }, utf8) };
    const arcTrust = trustedSealer(arc, trustedSealers);
    return new Report({
      spf, dkim, arc, arcTrust, dmarc, iprev, author, results, forged,
      field: formatAuthenticationResultsField(results, { utf8 }),
      receivedSpf: spf.mailFrom === undefined || receiver === undefined ? undefined : writeReceivedSpf(spf.mailFrom, receiver, utf8),
      suggestion: suggest({ dmarc, author, unsafe, arcTrust }),
      unsafe,
      limit: section.limit,
      dns: this.#dns.spent,
    });
  }
}

/** Whether a field may be put in front of the section, and its fields be relied on. */
function findUnsafe({ limit, bodyOffset }: HeaderSection, octets: Uint8Array): UnsafeHeader | undefined {
  if (limit !== undefined) return 'header-limit';
  if (bodyOffset > 0 && (octets[0] === SP || octets[0] === TAB)) return 'leading-white-space';
  const header = octets.subarray(0, bodyOffset);
  const scanner = new TextScanner();
  for (let from = 0; from < header.length; ) {
    const at = scanner.next(header, from);
    if (scanner.kind === 'bare-cr') return 'bare-cr';
    from = at + 1;
  }
  return scanner.end() === 'bare-cr' ? 'bare-cr' : undefined;
}

/** A failure is told by `end()`, however late that comes. */
function quiet<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => undefined);
  return promise;
}

/** What DMARC looks at: signatures that were looked at, those that pass first, since it stops counting somewhere. */
function identifiersOf(results: readonly DkimResult[]): readonly DkimIdentifier[] {
  const lookedAt = results.filter(({ reason }) => reason !== 'too-many-signatures');
  return [...lookedAt.filter(({ result }) => result === 'pass'), ...lookedAt.filter(({ result }) => result !== 'pass')];
}

function writeReceivedSpf(result: SpfResult, receiver: string, utf8: boolean): string | undefined {
  const field = `Received-SPF: ${formatReceivedSpf(result, { receiver })}\r\n`;
  return utf8 || isAscii(field) ? field : undefined;
}

type Facts = Omit<AuthenticationReport, 'trace'>;

/** A report whose steps are collected when somebody asks for them: most never are. */
class Report implements AuthenticationReport {
  readonly spf: SpfResults;
  readonly dkim: Facts['dkim'];
  readonly arc: Facts['arc'];
  readonly arcTrust: Facts['arcTrust'];
  readonly dmarc: Facts['dmarc'];
  readonly iprev: Facts['iprev'];
  readonly author: Facts['author'];
  readonly results: Facts['results'];
  readonly field: string;
  readonly receivedSpf: Facts['receivedSpf'];
  readonly forged: Facts['forged'];
  readonly suggestion: Facts['suggestion'];
  readonly unsafe: Facts['unsafe'];
  readonly limit: Facts['limit'];
  readonly dns: Facts['dns'];
  #trace: readonly TraceStep[] | undefined = undefined;

  constructor(facts: Facts) {
    this.spf = facts.spf;
    this.dkim = facts.dkim;
    this.arc = facts.arc;
    this.arcTrust = facts.arcTrust;
    this.dmarc = facts.dmarc;
    this.iprev = facts.iprev;
    this.author = facts.author;
    this.results = facts.results;
    this.field = facts.field;
    this.receivedSpf = facts.receivedSpf;
    this.forged = facts.forged;
    this.suggestion = facts.suggestion;
    this.unsafe = facts.unsafe;
    this.limit = facts.limit;
    this.dns = facts.dns;
  }

  get trace(): readonly TraceStep[] {
    return (this.#trace ??= explainReport(this).map(({ rfc, text, data }) => ({ rfc, text, data })));
  }
}

/**
 * Authenticates a whole message: header section, empty line and body, in any pieces.
 *
 * Errors: throws (rejects) as `MessageAuthenticator` does, and where `message` does.
 */
export async function authenticate(message: Body, options: AuthenticatorOptions): Promise<AuthenticationReport> {
  const authenticator = new MessageAuthenticator(options);
  try {
    if (message instanceof Uint8Array) authenticator.headers(message);
    else await stream(message, authenticator, options.limits?.headerOctets);
    return await authenticator.end();
  } catch (error) {
    authenticator.abort();
    throw error;
  }
}

async function stream(message: Exclude<Body, Uint8Array>, authenticator: MessageAuthenticator, headerOctets: number | undefined): Promise<void> {
  const splitter = new MessageSplitter(authenticator, headerOctets);
  for await (const chunk of message) splitter.push(chunk);
  splitter.end();
}
