/**
 * The cases about DKIM: the examples of the RFCs, the corpus of Mail::DKIM by what RFC 6376 and RFC 8301 make of it (`expect_strict`), dkimpy's matrix of
 * canonicalizations and algorithms, libopendkim's tests, canonical forms.
 *
 * Many old cases are signed with rsa-sha1, which is not checked any more (RFC 8301 section 3.1): the verdict has to be `permerror`. So that they still say
 * something about the octets that are signed, the two `-sha1` suites check their signatures here, with SHA-1, over what our functions make of them.
 *
 * A case that we hold to be wrong stands in `dkim-deviations.ts` with its reason and with what we stand for, and that is checked instead;
 * the same rows are in docs/conformance.md.
 */
import { createHash, createPublicKey, verify } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import {
  canonicalizeBody, canonicalizeHeader, emptySignatureValue, makeSignedData, parseKeyRecord, parseTagList, removeWhiteSpace, selectSignedFields, splitColons, verifyDkim,
} from '@mailwright/dkim';
import type { Canonicalization, DkimResult, TagList } from '@mailwright/dkim';
import { inMemoryZone } from '@mailwright/dns';
import type { InMemoryZone } from '@mailwright/dns';
import { parseHeaders } from '@mailwright/mime';
import type { HeaderField } from '@mailwright/mime';
import { concatOctets, encodeUtf8, latin1, utf8 } from '@mailwright/wire';
import { DEVIATIONS } from './dkim-deviations.ts';
import type { ConformanceSuite, SuiteResult } from './suite.ts';

/** One case, mapped: what is stated and what our functions say, in the same terms. */
interface Case {
  readonly id: string;
  readonly expected: unknown;
  readonly actual: unknown;
}

type Dns = Readonly<Record<string, string | { readonly error: string }>>;

interface MessageTest {
  readonly id: string;
  /** A file below the folder, or the octets. */
  readonly message?: string;
  readonly message_base64?: string;
  readonly dns?: Dns;
  readonly expect: string;
  readonly expect_strict?: string;
  readonly expect_per_signature?: readonly string[] | null;
  readonly signatures?: readonly { readonly a: string | null }[];
  readonly algorithms?: readonly string[];
}

/** After all signatures, before any of the few that expire. */
const NOW = Date.UTC(2026, 10, 22, 12);

function judge(name: string, cases: readonly Case[]): SuiteResult {
  const deviations = new Map(DEVIATIONS.filter(({ suite }) => suite === name).map((deviation) => [deviation.id, deviation]));
  const failures = cases.flatMap(({ id, expected: stated, actual }) => {
    const deviation = deviations.get(id);
    const expected = deviation === undefined ? stated : deviation.expected;
    return isDeepStrictEqual(actual, expected) ? [] : [{ id, expected, actual }];
  });
  for (const id of deviations.keys()) {
    if (!cases.some((mapped) => mapped.id === id)) failures.push({ id, expected: 'a case of this id', actual: 'a deviation without case' });
  }
  return { suite: name, passed: cases.length - failures.length, failed: failures.length, skipped: 0, failures };
}

function readFile(folder: string, file: string): { readonly dns?: Dns; readonly tests: readonly MessageTest[] } {
  return JSON.parse(readFileSync(join(folder, 'dkim', `${file}.json`), 'utf8')) as { dns?: Dns; tests: MessageTest[] };
}

function readMessage(folder: string, { message, message_base64: base64 }: MessageTest): Uint8Array {
  return base64 === undefined ? readFileSync(join(folder, 'dkim', message!)) : Buffer.from(base64, 'base64');
}

function makeZone(dns: Dns): InMemoryZone {
  const zone = inMemoryZone({});
  for (const [name, text] of Object.entries(dns)) {
    if (typeof text === 'string') zone.set(name, { TXT: text });
    else if (/time/i.test(text.error)) zone.script(name, { status: 'temp' });
  }
  return zone;
}

/** The verdict about a message: `pass` where one signature passes, else that of the first. */
function summarize(results: readonly DkimResult[]): string {
  if (results.some(({ result }) => result === 'pass')) return 'pass';
  return results[0]?.result ?? 'none';
}

/** What is stated, in the words of RFC 8601. Signatures of rsa-sha1 alone can not be checked, whatever they are. */
function expectVerdict({ expect, expect_strict: strict, algorithms, signatures }: MessageTest): string {
  const of = algorithms ?? signatures?.map(({ a }) => a ?? '') ?? [];
  if (strict === undefined && of.length > 0 && of.every((algorithm) => algorithm === 'rsa-sha1')) return 'permerror';
  const stated = strict ?? expect;
  return stated === 'invalid' || stated === 'DKIM_STAT_INVALID' ? 'permerror' : stated;
}

function verdicts(name: string, file: string): ConformanceSuite {
  return {
    suite: `dkim/${name}`,
    async run(folder) {
      const { dns = {}, tests } = readFile(folder, file);
      const cases: Case[] = [];
      for (const test of tests) {
        const results = await verifyDkim(readMessage(folder, test), { resolver: makeZone({ ...dns, ...test.dns }), now: NOW });
        const expected = expectVerdict(test);
        const verdict = summarize(results);
        cases.push({ id: test.id, expected, actual: expected === 'not-pass' && verdict !== 'pass' ? 'not-pass' : verdict });
        if (test.expect_per_signature && test.expect_strict === undefined) cases.push({ id: `${test.id} per signature`, expected: test.expect_per_signature, actual: results.map(({ result }) => result) });
      }
      return judge(`dkim/${name}`, cases);
    },
  };
}

/** Those of a file's cases whose only DKIM signatures are of rsa-sha1, and that its author let pass or fail. The first draft had no `bh=`; it is another protocol. */
function sha1Verdicts(name: string, file: string): ConformanceSuite {
  return {
    suite: `dkim/${name}`,
    run(folder) {
      const { dns = {}, tests } = readFile(folder, file);
      const cases = tests.flatMap((test) => {
        const message = readMessage(folder, test);
        const signatures = parseHeaders(message).fields.filter(({ name: fieldName }) => fieldName.toLowerCase() === 'dkim-signature');
        const tags = signatures.map((field) => parseTagList(latin1(field.raw)));
        const isSha1 = tags.length > 0 && tags.every((parsed) => parsed.ok && parsed.value.get('a')?.value === 'rsa-sha1' && parsed.value.has('bh'));
        if (!isSha1 || (test.expect !== 'pass' && test.expect !== 'fail')) return [];
        const records = { ...dns, ...test.dns };
        const passes = tags.some((parsed, index) => parsed.ok && isSignedWithSha1(message, signatures[index]!, parsed.value, records));
        return [{ id: test.id, expected: test.expect, actual: passes ? 'pass' : 'fail' }];
      });
      return judge(`dkim/${name}`, cases);
    },
  };
}

function isSignedWithSha1(message: Uint8Array, field: HeaderField, tags: TagList, dns: Dns): boolean {
  const value = (tag: string): string => removeWhiteSpace(tags.get(tag)?.value ?? '');
  const record = dns[`${value('s')}._domainkey.${value('d')}`];
  const publicKey = typeof record === 'string' ? readPublicKey(record) : undefined;
  if (publicKey === undefined) return false;
  const section = parseHeaders(message);
  const [header = 'simple', body = 'simple'] = value('c').split('/') as Canonicalization[];
  const canonical = canonicalizeBody(message.subarray(section.bodyOffset), body);
  const covered = tags.has('l') ? canonical.subarray(0, Number(value('l'))) : canonical;
  if (createHash('sha1').update(covered).digest('base64') !== value('bh')) return false;
  const data = makeSignedData({
    octets: message,
    canonicalization: header || 'simple',
    fields: selectSignedFields(section.fields, splitColons(value('h')), field),
    signatureField: emptySignatureValue(message.subarray(field.start, field.end), field.valueStart - field.start, tags.get('b')!),
  });
  return verify('sha1', data, createPublicKey({ key: publicKey, format: 'der', type: 'spki' }), Buffer.from(value('b'), 'base64'));
}

function readPublicKey(text: string): Buffer | undefined {
  const parsed = parseKeyRecord(text);
  return parsed.ok && parsed.record.publicKey !== undefined ? Buffer.from(parsed.record.publicKey) : undefined;
}

interface CanonicalizationTest {
  readonly kind: 'relaxed-header' | 'relaxed-body' | 'simple-body' | 'relaxed-header-block' | 'simple-header-block';
  readonly input: string | readonly string[];
  readonly expect: string;
}

/** A block of header fields was recorded with the beginning of a seal behind it, which is cut off here. */
function canonicalizationCase({ kind, input, expect }: CanonicalizationTest, index: number): Case {
  const canonicalization = kind.startsWith('relaxed') ? 'relaxed' : 'simple';
  const id = `${kind}.${index}`;
  if (kind.endsWith('-body')) return { id, expected: expect, actual: utf8(canonicalizeBody(encodeUtf8(String(input)), canonicalization)) };
  const fields = typeof input === 'string' ? [input] : input;
  const actual = utf8(concatOctets(fields.map((field) => canonicalizeHeader(encodeUtf8(field.replace(/\r?\n/g, '\r\n')), canonicalization))));
  return { id, expected: expect.replace(/arc-seal:[^]*$/i, ''), actual };
}

export const suites: readonly ConformanceSuite[] = [
  verdicts('rfc', 'rfc'),
  verdicts('mail-dkim', 'mail-dkim'),
  sha1Verdicts('mail-dkim-sha1', 'mail-dkim'),
  verdicts('dkimpy-matrix', 'dkimpy-matrix'),
  verdicts('opendkim', 'opendkim'),
  sha1Verdicts('opendkim-sha1', 'opendkim'),
  {
    suite: 'dkim/canonicalization',
    run(folder) {
      const { tests } = JSON.parse(readFileSync(join(folder, 'dkim', 'canonicalization.json'), 'utf8')) as { tests: CanonicalizationTest[] };
      return judge('dkim/canonicalization', tests.map(canonicalizationCase));
    },
  },
];
