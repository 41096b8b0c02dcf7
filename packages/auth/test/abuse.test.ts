import { authenticate, formatReport } from '@mailwright/auth';
import { findForged, parseAuthenticationResults } from '@mailwright/authres';
import { parseHeaders } from '@mailwright/mime';
import { inMemoryZone } from '@mailwright/dns';
import { concatOctets, encodeLatin1, encodeUtf8, latin1 } from '@mailwright/wire';
import { describe, expect, test } from 'vitest';
import { settle } from '../../testing/src/fake-clock.ts';
import { SeededRandom } from '../../testing/src/seeded-random.ts';
import { rewriteHeader } from '../src/checked-body.ts';
import { EVIL_IP, OURS, TEXT, comparable, forwarded, fromEvil, makeZone, signed, verdicts } from './support/world.ts';

const WORDS = [
  'From: info@bank.example', 'from:a@evil.example', 'From : x@bank.example', 'FROM: "x" <a@b', `Authentication-Results: ${OURS}; dkim=pass`, 'Authentication-Results: (', ' mx.example.net; dmarc=pass',
  'DKIM-Signature: v=1; a=rsa-sha256; d=bank.example; s=e; h=from; bh=eA==; b=eA==', 'ARC-Seal: i=1; a=rsa-sha256; cv=none; d=list.example; s=l; b=eA==', 'ARC-Message-Signature: i=1;',
  'ARC-Authentication-Results: i=1; mx.example.net; dmarc=pass', 'Subject: =?utf-8?q?=0D=0AFrom:?=', 'no colon', ':', '\u00e4: \u00ff', '\0', 'x'.repeat(2000), ' ', '\t;dkim=pass',
];
const BH = `${'A'.repeat(43)}=`;
const ENDS = ['\r\n', '\r\n', '\r\n', '\n', '\r', '\r\n ', ''];

describe('anything at all', () => {
  test('any soup of fields gives a report, the same for every split; our field is ours alone afterwards', async () => {
    const random = new SeededRandom(8601);
    const resolver = makeZone();
    for (let round = 0; round < 300; round++) {
      const text = Array.from({ length: random.integer(0, 12) }, () => random.pick(WORDS) + random.pick(ENDS)).join('');
      const message = encodeLatin1(`${text}${random.chance(0.7) ? '\r\n' : ''}${random.chance(0.7) ? 'Hi.\r\n' : ''}`);
      const options = { ...fromEvil(), resolver, sender: random.pick(WORDS), helo: random.pick(WORDS) };
      const report = await authenticate(message, options);
      expect(JSON.stringify(comparable(await authenticate(random.split(message), options)))).toBe(JSON.stringify(comparable(report)));
      expect(parseAuthenticationResults(report.field.slice(report.field.indexOf(':') + 1, -2).replaceAll('\r\n', ''))).toMatchObject({ ok: true, value: { defects: [] } });
      expect(formatReport(report)).not.toMatch(/[\r\0]/);
      expect(report.dmarc.result).not.toBe('pass');
      if (report.unsafe !== undefined) continue;
      const rewritten = concatOctets([...rewriteHeader(message, report, [report.field])]);
      const section = parseHeaders(rewritten);
      expect(findForged(section, [OURS]).map(({ field }) => field.start)).toEqual([0]);
      expect(latin1(rewritten.subarray(0, section.fields[0]!.end))).toBe(report.field);
    }
  });

  test('names that would pollute prototypes are names', async () => {
    const text = 'DKIM-Signature: v=1; __proto__=x; constructor=y; a=rsa-sha256; d=evil.example; s=__proto__; h=from; bh=eA==; b=eA==\r\n__proto__: x\r\n';
    const report = await authenticate(encodeUtf8(text + TEXT), { ...fromEvil(), helo: '__proto__', sender: '__proto__@evil.example' });
    expect(verdicts(report)).toMatchObject({ dkim: ['permerror'], dmarc: 'fail' });
    expect(Object.hasOwn(Object.prototype, 'x')).toBe(false);
  });

  test('50 sets and 1,000 signatures ask the DNS no more than the limit says, and nothing once the report is there', async () => {
    let asked = 0;
    const resolver = inMemoryZone({}, { onQuery: () => void asked++ });
    const sets = Array.from({ length: 50 }, (_set, index) => [
      `ARC-Seal: i=${index + 1}; a=rsa-sha256; t=1; cv=${index === 0 ? 'none' : 'pass'}; d=d${index}.example; s=s; b=eA==`,
      `ARC-Message-Signature: i=${index + 1}; a=rsa-sha256; c=relaxed/relaxed; d=m${index}.example; s=s; t=1; h=from; bh=${BH}; b=eA==`,
      `ARC-Authentication-Results: i=${index + 1}; d${index}.example; none`,
    ].join('\r\n')).reverse().join('\r\n');
    const signatures = Array.from({ length: 800 }, (_signature, index) => `DKIM-Signature: v=1; a=rsa-sha256; d=k${index}.example; s=s; h=from; bh=eA==; b=eA==`).join('\r\n');
    const report = await authenticate(encodeUtf8(`${signatures}\r\n${sets}\r\n${TEXT}`), { ...fromEvil(), resolver, limits: { queries: 60 } });
    expect(asked).toBeLessThanOrEqual(60);
    expect(report.dns.queries).toBe(asked);
    expect(report.arc.reason).toBe('body-hash-mismatch'); // so the other keys of the chain are not waited for
    await settle();
    expect(report.dns.queries).toBe(asked);
    expect(report.dmarc.result).toBe('none'); // the policy was asked for first
  });

  test('a message of one author signed by another never passes for the first', async () => {
    const message = encodeLatin1(latin1(await signed()).replace('From: Bank <info@bank.example>', 'From: Bank <info@careful.example>'));
    const report = await authenticate(message, { ...fromEvil(), ip: EVIL_IP });
    expect(verdicts(report)).toMatchObject({ dkim: ['fail', 'fail'], dmarc: 'fail', suggestion: 'quarantine: dmarc-quarantine' });
  });

  test('a second From above a signed message', async () => {
    const report = await authenticate(concatOctets([encodeUtf8('From: ceo@bank.example\r\n'), await signed()]), fromEvil());
    expect(report.author.problems).toContain('several-from-fields');
    expect(verdicts(report)).toMatchObject({ dmarc: 'permerror', suggestion: 'reject: author' });
  });

  test('a set that is repeated, and one that is cut out', async () => {
    const text = latin1(await forwarded());
    const set = text.slice(0, text.indexOf('DKIM-Signature:'));
    const trusting = { ...fromEvil(), arc: { trustedSealers: ['list.example'] } };
    expect(verdicts(await authenticate(encodeLatin1(set + text), trusting))).toMatchObject({ arc: 'fail', suggestion: 'reject: dmarc-reject' });
    expect(verdicts(await authenticate(encodeLatin1(text.replace('ARC-Seal: i=1', 'ARC-Seal: i=2')), trusting))).toMatchObject({ arc: 'fail', suggestion: 'reject: dmarc-reject' });
  });
});
