/** Sealers with keys of their own, a zone that has these keys, and the way of a message from one to the next. */
import { sealArc, validateArc } from '@mailwright/arc';
import type { ArcResult, ArcSealerOptions, ArcSealing, ArcValidatorOptions } from '@mailwright/arc';
import { methodResult } from '@mailwright/authres';
import { formatKeyRecord, loadSigningKey } from '@mailwright/dkim';
import type { DkimKey } from '@mailwright/dkim';
import { inMemoryZone } from '@mailwright/dns';
import type { InMemoryZone } from '@mailwright/dns';
import { concatOctets, encodeUtf8, latin1 } from '@mailwright/wire';

export const NOW: number = Date.UTC(2026, 10, 22);

/** Somebody who seals. */
export interface Sealer {
  readonly domain: string;
  readonly selector: string;
  readonly key: DkimKey;
}

/** A sealer whose Ed25519 key is `seed`, 32 times. */
export function sealerAt(domain: string, seed: number): Sealer {
  return { domain, selector: 'arc', key: loadSigningKey(new Uint8Array(32).fill(seed)) };
}

export const ONE: Sealer = sealerAt('one.example', 1);
export const TWO: Sealer = sealerAt('two.example', 2);
export const THREE: Sealer = sealerAt('three.example', 3);

export const MESSAGE: Uint8Array = encodeUtf8(
  [
    'DKIM-Signature: v=1; a=ed25519-sha256; d=author.example; s=s; h=from; bh=; b=',
    'From: Ann <ann@author.example>',
    'To: list@one.example',
    'Subject: Tea at four',
    'Message-ID: <1@author.example>',
    '',
    'Milk or lemon?',
    '',
    '  Ann  ',
    '',
  ].join('\r\n'),
);

/** A zone with the keys of `sealers`. */
export function zoneOf(...sealers: readonly Sealer[]): InMemoryZone {
  return inMemoryZone(Object.fromEntries(sealers.map(({ domain, selector, key }) => [`${selector}._domainkey.${domain}`, { TXT: formatKeyRecord(key) }])));
}

/** Validates with the keys of `ONE`, `TWO` and `THREE`. */
export function validate(message: Uint8Array, options: Partial<ArcValidatorOptions> = {}): Promise<ArcResult> {
  return validateArc(message, { resolver: zoneOf(ONE, TWO, THREE), now: NOW, ...options });
}

/** Seals `message`, which came in as `received` and was judged then. */
export async function seal(received: Uint8Array, by: Sealer, message: Uint8Array = received, options: Partial<ArcSealerOptions> = {}): Promise<ArcSealing> {
  const result = options.result ?? (await validate(received));
  const authenticationResults = { authservId: by.domain, results: [methodResult('spf', 'pass', { properties: { 'smtp.mailfrom': 'author.example' } })] };
  return sealArc(message, { ...by, result, authenticationResults, now: NOW, ...options });
}

/** The message as it leaves `by`. */
export async function hop(received: Uint8Array, by: Sealer, message: Uint8Array = received, options: Partial<ArcSealerOptions> = {}): Promise<Uint8Array> {
  const { fields } = await seal(received, by, message, options);
  return concatOctets([encodeUtf8(fields.join('')), message]);
}

/** The message with `from` in it replaced by `to`. Throws where it is not there. */
export function change(message: Uint8Array, from: string, to: string): Uint8Array {
  const text = latin1(message);
  if (!text.includes(from)) throw new Error(`there is no ${from}`);
  return encodeUtf8(text.replace(from, () => to));
}

