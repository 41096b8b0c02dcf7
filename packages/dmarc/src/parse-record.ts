/**
 * DMARC Policy Records (RFC 9989 section 4.7), read as RFC 9989 says, those that were written for RFC 7489 among them.
 *
 *     dmarc-record  = dmarc-version *(dmarc-sep dmarc-tag) [dmarc-sep]
 *     dmarc-version = "v" equals %s"DMARC1"
 *     dmarc-tag     = 1*ALPHA equals 1*dmarc-value
 *     dmarc-value   = %x20-3A / %x3C-7E
 *     dmarc-sep     = *WSP ";" *WSP
 *
 * A mistake in one tag costs that tag, not the record; only the policy itself must be right, or somebody be there to be told. A policy that is not there at all
 * is none (section 4.7), and then `sp` and `np` still count: section 4.10.1, read alone, would ignore what such a domain asks for its subdomains.
 *
 * Left out: how many records there may be at a name (`lookup.ts`).
 */
import type { Parsed } from '@mailwright/wire';
import type { AlignmentMode, DmarcPolicy, DmarcRecord, FailureOption, RecordError, RecordWarning } from './record.ts';
import { readReportUris } from './report-uri.ts';

const VERSION = /^[vV][ \t]*=[ \t]*DMARC1[ \t]*(?:;|$)/;
const TAG = /^([a-zA-Z]+)[ \t]*=[ \t]*([\x20-\x7e]+)$/;
const RECORD_CHARACTERS = 65_536;
const MOST_TAGS = 100;
const MOST_WARNINGS = 100;
const OBSOLETE: ReadonlySet<string> = new Set(['pct', 'rf', 'ri']); // RFC 9989 9.3: historic
const KNOWN: ReadonlySet<string> = new Set(['p', 'sp', 'np', 'adkim', 'aspf', 'fo', 'psd', 't', 'rua', 'ruf']);
const POLICIES: ReadonlyMap<string, DmarcPolicy> = new Map([['none', 'none'], ['quarantine', 'quarantine'], ['reject', 'reject']]);
const MODES: ReadonlyMap<string, AlignmentMode> = new Map([['r', 'relaxed'], ['s', 'strict']]);
const SUFFIX_FLAGS: ReadonlyMap<string, 'y' | 'n' | 'u'> = new Map([['y', 'y'], ['n', 'n'], ['u', 'u']]);
const FLAGS: ReadonlyMap<string, boolean> = new Map([['y', true], ['n', false]]);
const FAILURE_OPTIONS: ReadonlySet<string> = new Set(['0', '1', 'd', 's']);
const DEFAULT_FO: readonly FailureOption[] = ['0'];

/** True where the text is a DMARC Policy Record at all, be it a good one or not: such texts are counted before they are read. @rfc 9989 4.10 */
export function isDmarcRecord(text: string): boolean {
  return VERSION.test(text);
}

/**
 * Reads a record; `text` is the joined strings of a TXT record.
 *
 * Shape: linear. Values are compared without regard to letter case, but for the version.
 * Errors: `not-dmarc`, `no-policy`, `LIMIT_PARAMETERS`; what else is wrong is in `warnings`. Never throws.
 * @rfc 9989 4.7
 * @rfc 9989 4.8
 * @rfc 9989 4.10.1
 * @rfc 7489 6.3
 */
export function parseDmarcRecord(text: string): Parsed<DmarcRecord, RecordError> {
  if (!isDmarcRecord(text)) return { ok: false, error: 'not-dmarc', at: 0 };
  if (text.length > RECORD_CHARACTERS) return { ok: false, error: 'LIMIT_PARAMETERS', at: RECORD_CHARACTERS };
  const tags = new TagReader(text);
  const limit = tags.read();
  if (limit !== undefined) return { ok: false, error: 'LIMIT_PARAMETERS', at: limit };
  const rua = tags.uris('rua');
  const p = tags.choice('p', POLICIES);
  const sp = tags.choice('sp', POLICIES);
  const np = tags.choice('np', POLICIES);
  const isSound = (p !== undefined || tags.isPlainlyAbsent('p')) && !tags.isBad('sp') && !tags.isBad('np');
  if (!isSound && rua.length === 0) return { ok: false, error: 'no-policy', at: text.length };
  if (!isSound || p === undefined) tags.warn({ code: 'no-policy', tag: 'p', at: 0 });
  const value: DmarcRecord = {
    p: isSound ? (p ?? 'none') : 'none',
    sp: isSound ? sp : undefined,
    np: isSound ? np : undefined,
    adkim: tags.choice('adkim', MODES) ?? 'relaxed',
    aspf: tags.choice('aspf', MODES) ?? 'relaxed',
    fo: tags.failureOptions(),
    psd: tags.choice('psd', SUFFIX_FLAGS) ?? 'u',
    t: tags.choice('t', FLAGS) ?? false,
    rua,
    ruf: tags.uris('ruf'),
    text,
    warnings: tags.warnings,
  };
  return { ok: true, value, end: text.length };
}

/**
 * What `psd` says of a record, be its policy a good one or not: the end of a tree walk does not depend on the policy. `u` where it does not say.
 *
 * @rfc 9989 4.10
 */
export function readSuffixFlag(text: string): DmarcRecord['psd'] {
  if (!isDmarcRecord(text) || text.length > RECORD_CHARACTERS) return 'u';
  const tags = new TagReader(text);
  return tags.read() === undefined ? (tags.choice('psd', SUFFIX_FLAGS) ?? 'u') : 'u';
}

interface Tag {
  readonly value: string;
  readonly at: number;
}

class TagReader {
  readonly warnings: RecordWarning[] = [];
  readonly #text: string;
  readonly #tags = new Map<string, Tag>();
  readonly #bad = new Set<string>();
  #hasBrokenPart = false;

  constructor(text: string) {
    this.#text = text;
  }

  warn(warning: RecordWarning): void {
    if (this.warnings.length < MOST_WARNINGS) this.warnings.push(warning);
  }

  /** Cuts the text into tags. The offset at which there are too many, else nothing. */
  read(): number | undefined {
    const text = this.#text;
    let count = 0;
    let from = text.indexOf(';');
    while (from !== -1) {
      const next = text.indexOf(';', from + 1);
      if (++count > MOST_TAGS) return from;
      this.#readTag(text.slice(from + 1, next === -1 ? text.length : next), from + 1, count);
      from = next;
    }
    return undefined;
  }

  /** What stands between two semicolons; nothing is nothing, as behind the last one. */
  #readTag(written: string, at: number, count: number): void {
    const part = written.trim();
    if (part === '') return;
    const [, name = '', value = ''] = TAG.exec(part) ?? [];
    const tag = name.toLowerCase();
    if (tag === '') this.warn({ code: 'bad-tag', tag: '', at });
    else if (this.#tags.has(tag)) this.warn({ code: 'duplicate-tag', tag, at });
    else if (OBSOLETE.has(tag)) this.warn({ code: 'obsolete-tag', tag, at });
    else if (!KNOWN.has(tag)) this.warn({ code: 'unknown-tag', tag, at });
    else {
      if (tag === 'p' && count > 1) this.warn({ code: 'not-second', tag, at });
      this.#tags.set(tag, { value: value.trim(), at });
    }
    if (tag === '') this.#markBad(part);
  }

  /** `sp=`: the tag is there, and has no value that could be right. */
  #markBad(part: string): void {
    this.#hasBrokenPart = true;
    const name = part.split('=', 1)[0]!.trim().toLowerCase();
    if (KNOWN.has(name) && !this.#tags.has(name)) this.#bad.add(name);
  }

  isBad(tag: string): boolean {
    return this.#bad.has(tag);
  }

  /** The tag is not there, and nothing stands there that was meant for it perhaps: the record is sound otherwise. @rfc 9989 4.7 */
  isPlainlyAbsent(tag: string): boolean {
    return !this.#tags.has(tag) && !this.#hasBrokenPart;
  }

  choice<T>(tag: string, choices: ReadonlyMap<string, T>): T | undefined {
    const found = this.#tags.get(tag);
    if (found === undefined) return undefined;
    const chosen = choices.get(found.value.toLowerCase());
    if (chosen === undefined) {
      this.#bad.add(tag);
      this.warn({ code: 'bad-value', tag, at: found.at });
    }
    return chosen;
  }

  uris(tag: string): DmarcRecord['rua'] {
    const found = this.#tags.get(tag);
    return found === undefined ? [] : readReportUris(found.value, tag, found.at, (warning) => this.warn(warning));
  }

  /** One or more of the options, each once, and not both of 0 and 1. @rfc 9989 4.8 */
  failureOptions(): readonly FailureOption[] {
    const found = this.#tags.get('fo');
    if (found === undefined) return DEFAULT_FO;
    const options = found.value.toLowerCase().split(':').map((option) => option.trim());
    const isRight = options.every((option, index) => FAILURE_OPTIONS.has(option) && options.indexOf(option) === index) && !(options.includes('0') && options.includes('1'));
    if (!isRight) this.warn({ code: 'bad-value', tag: 'fo', at: found.at });
    return isRight ? (options as FailureOption[]) : DEFAULT_FO;
  }
}
