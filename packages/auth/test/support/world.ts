/** A small world: a bank that authenticates everything, a mailing list that seals, and somebody who does nothing right. Clocks stand still. */
import { authenticate } from '@mailwright/auth';
import type { AuthenticationReport, AuthenticatorOptions } from '@mailwright/auth';
import { sealArc, validateArc } from '@mailwright/arc';
import { generateDkimKeyPair, signMessage } from '@mailwright/dkim';
import { inMemoryZone } from '@mailwright/dns';
import type { InMemoryZone, InMemoryZoneOptions } from '@mailwright/dns';
import { concatOctets, encodeUtf8, latin1 } from '@mailwright/wire';
import { FakeClock } from '../../../testing/src/fake-clock.ts';

export const OURS = 'mx.example.net';
export const BANK_IP = '192.0.2.1';
export const LIST_IP = '198.51.100.7';
export const EVIL_IP = '203.0.113.66';

export const bankKey = await generateDkimKeyPair('ed25519');
export const bankRsaKey = await generateDkimKeyPair('rsa', { bits: 1024 });
export const listKey = await generateDkimKeyPair('rsa', { bits: 1024 });

export const TEXT = [
  'From: Bank <info@bank.example>', 'To: customer@example.net', 'Subject: Your statement', 'Date: Thu, 01 Jan 2026 00:00:00 +0000', 'Message-ID: <1@bank.example>',
  '', 'Dear customer,  ', '', 'here is it. ', '', '',
].join('\r\n');

export function makeZone(options: InMemoryZoneOptions = {}): InMemoryZone {
  return inMemoryZone({
    'bank.example': { TXT: 'v=spf1 ip4:192.0.2.1 -all', A: '192.0.2.80' },
    'mail.bank.example': { A: '192.0.2.1', TXT: 'v=spf1 a -all' },
    '1.2.0.192.in-addr.arpa': { PTR: 'mail.bank.example' },
    'e._domainkey.bank.example': { TXT: bankKey.record },
    'r._domainkey.bank.example': { TXT: bankRsaKey.record },
    '_dmarc.bank.example': { TXT: 'v=DMARC1; p=reject' },
    'list.example': { TXT: 'v=spf1 ip4:198.51.100.7 -all' },
    'mx.list.example': { A: '198.51.100.7' },
    '7.100.51.198.in-addr.arpa': { PTR: 'mx.list.example' },
    'l._domainkey.list.example': { TXT: listKey.record },
    'evil.example': { TXT: 'v=spf1 ip4:203.0.113.66 -all' },
    '66.113.0.203.in-addr.arpa': { PTR: 'mail.bank.example' },
    'quiet.example': { TXT: 'v=spf1 ip4:192.0.2.1 -all' },
    'careful.example': { TXT: 'v=spf1 -all' },
    '_dmarc.careful.example': { TXT: 'v=DMARC1; p=quarantine' },
  }, options);
}

export const clock = new FakeClock();

/** The bank's own message, as it sends it. */
export async function signed(text: string = TEXT, canonicalization: 'relaxed/relaxed' | 'simple/simple' = 'relaxed/relaxed'): Promise<Uint8Array> {
  const octets = encodeUtf8(text);
  const keys = [{ selector: 'e', key: bankKey.key }, { selector: 'r', key: bankRsaKey.key }];
  const signatures = await signMessage(octets, { domain: 'bank.example', keys, clock, canonicalization });
  return concatOctets([...signatures.map(({ field }) => encodeUtf8(field)), octets]);
}

/** A message (default the bank's) as the list passes it on: a tag in the subject, a footer, and what the list found in a seal. `sent`: what it seals, where that is another one. */
export async function forwarded(from: AuthenticatorOptions = fromBank(), message?: Uint8Array, sent: Uint8Array | undefined = message): Promise<Uint8Array> {
  const received = message ?? await signed();
  const found = await authenticate(received, { ...from, hostname: 'mx.list.example' });
  const changed = encodeUtf8(`${latin1(sent ?? received).replace('Subject: ', 'Subject: [list] ')}-- \r\nThe list\r\n`);
  const result = await validateArc(received, { resolver: from.resolver, now: clock.wallTime() });
  const sealing = await sealArc(changed, { key: listKey.key, domain: 'list.example', selector: 'l', result, authenticationResults: found.results, now: clock.wallTime() });
  return concatOctets([...sealing.fields.map((field) => encodeUtf8(field)), changed]);
}

/** Options for a message from the bank's own server. */
export function fromBank(): AuthenticatorOptions {
  return { resolver: makeZone(), hostname: OURS, clock, ip: BANK_IP, helo: 'mail.bank.example', sender: 'bounce@bank.example' };
}

export function fromList(): AuthenticatorOptions {
  return { ...fromBank(), ip: LIST_IP, helo: 'mx.list.example', sender: 'bounces@list.example' };
}

export function fromEvil(): AuthenticatorOptions {
  return { ...fromBank(), ip: EVIL_IP, helo: 'evil.example', sender: 'me@evil.example' };
}

/** The verdicts in short: what `expect` compares. */
export function verdicts({ spf, dkim, arc, dmarc, iprev, suggestion }: AuthenticationReport): Record<string, unknown> {
  return {
    spf: spf.mailFrom?.result, helo: spf.helo?.result, dkim: dkim.map(({ result }) => result), arc: arc.result, dmarc: dmarc.result, iprev: iprev?.result,
    suggestion: `${suggestion.action}: ${suggestion.reason}`,
  };
}

/** Everything of a report that can be compared. */
export function comparable({ field, receivedSpf, results, forged, suggestion, limit, unsafe, dns, trace, author }: AuthenticationReport): Record<string, unknown> {
  return { field, receivedSpf, results, forged, suggestion, limit, unsafe, dns, trace, problems: author.problems };
}
