import { generateKeyPairSync } from 'node:crypto';
import { inspect } from 'node:util';
import { parseHeaders } from '@mailwright/mime';
import { describe, expect, test } from 'vitest';
import { DEFAULT_SIGN_RULES, DkimError, createDkimSigner, loadSigningKey, parseSignature, selectSignedFields, signMessage } from '../src/index.ts';
import type { DkimSignerOptions } from '../src/index.ts';
import { SeededRandom } from '../../testing/src/seeded-random.ts';
import { octets } from './octets.ts';
import { MESSAGE, NOW, NOW_SECONDS, bodyOf, ed25519Key, headerOf, keys, rsaKey, sign, verdicts, zone } from './world.ts';

const clock = { wallTime: () => NOW };

describe('what is signed verifies', () => {
  const canonicalizations = ['simple/simple', 'simple/relaxed', 'relaxed/simple', 'relaxed/relaxed'] as const;
  const options: readonly [string, Partial<DkimSignerOptions>][] = [
    ['plain', {}],
    ['with i=, x=, z=', { identity: 'al=;ice@news.example.com', expiresInSeconds: 60, copyFields: true }],
    ['with l=', { bodyLength: true }],
  ];
  const messages: readonly [string, string][] = [
    ['a message', MESSAGE],
    ['no body', 'From: a@example.com\r\n\r\n'],
    ['no empty line', 'From: a@example.com\r\nSubject: x\r\n'],
    ['a body of empty lines', 'From: a@example.com\r\n\r\n\r\n\r\n'],
    ['a body without line end', 'From: a@example.com\r\n\r\nabc  '],
    ['8-bit everywhere', 'From: \xc3\xbc <a@example.com>\r\nSubject: \xff\r\n\r\n\xe4\r\n'],
    ['long lines and many fields of one name', `From: a@example.com\r\n${'Resent-To: x\r\n'.repeat(60)}Subject: ${'x'.repeat(2000)}\r\n\r\n${'y'.repeat(5000)}\r\n`],
    ['odd white space', 'From : a@example.com\t\r\nSUBJECT:\r\n \t x\r\nTo:\r\n\r\n \t\r\n'],
  ];
  const cases = canonicalizations.flatMap((canonicalization) => options.flatMap(([what, more]) => messages.map(([name, message]) => [canonicalization, what, name, { ...more, canonicalization }, message] as const)));

  test.each(cases)('%s, %s: %s', async (_, __, ___, given, message) => {
    expect(await verdicts(sign(message, given))).toEqual(['pass', 'pass']);
  });

  test('the same field whether the body comes at once, in pieces or as a stream, now or in the thread pool', async () => {
    const signer = createDkimSigner({ domain: 'example.com', keys: [{ selector: 'r1', key: rsaKey }], clock });
    const expected = sign(MESSAGE, { keys: [keys[0]] }).slice(0, -MESSAGE.length);
    const random = new SeededRandom(1);
    for (let round = 0; round < 20; round++) {
      const [signature] = await signMessage(random.split(octets(MESSAGE)), signer);
      expect(signature!.field).toBe(expected);
    }
    async function* stream(): AsyncGenerator<Uint8Array> {
      for (const chunk of random.split(octets(MESSAGE))) yield await Promise.resolve(chunk);
    }
    expect((await signMessage(stream(), signer))[0]!.field).toBe(expected);
    expect((await signMessage(octets(MESSAGE), { domain: 'example.com', keys: [keys[0]], clock, threadPool: 'never' }))[0]!.field).toBe(expected);
  });
});

describe('the field', () => {
  test('rfc6376 3.5: tags, folded between tags and behind the colons of h=', () => {
    const signed = sign(MESSAGE, { keys: [keys[1]], expiresInSeconds: 3600, identity: '@mail.example.com' });
    const [field] = parseHeaders(octets(signed)).fields;
    const lines = signed.slice(0, field!.end - 2).split('\r\n');
    expect(lines.every((line) => line.length <= 78)).toBe(true);
    expect(lines.slice(0, 5).map((line) => line.replace(/bh=[^;]+/, 'bh=...'))).toEqual([
      'DKIM-Signature: v=1; a=ed25519-sha256; c=relaxed/relaxed; d=example.com;',
      ' s=e1; i=@mail.example.com; t=1795348800; x=1795352400; h=from:from:to:to:',
      ' cc:subject:subject:date:date:reply-to:content-type:',
      ' content-transfer-encoding:mime-version:message-id:message-id;',
      ' bh=...;',
    ]);
    const parsed = parseSignature(field!.raw);
    expect(parsed.ok && parsed.signature).toMatchObject({ domain: 'example.com', selector: 'e1', identity: { localPart: '', domain: 'mail.example.com' }, timestamp: NOW_SECONDS, expiration: NOW_SECONDS + 3600 });
  });

  test('rfc6376 8.15: always oversigns what is absent too, if-present only what is there, never nothing', () => {
    const names = (message: string, headers: DkimSignerOptions['headers']): readonly string[] => {
      const signing = createDkimSigner({ domain: 'example.com', keys, clock, headers }).start(octets(message));
      return signing.endSync()[0]!.signedNames;
    };
    const rules = [{ name: 'From', oversign: 'always' }, { name: 'Cc', oversign: 'always' }, { name: 'Sender', oversign: 'if-present' }, { name: 'List-Id', oversign: 'never' }] as const;
    expect(names('From: a\r\n', rules)).toEqual(['from', 'from', 'cc']);
    expect(names('From: a\r\nSender: b\r\nLIST-ID: c\r\nlist-id: d\r\nX: y\r\n', rules)).toEqual(['from', 'from', 'cc', 'sender', 'sender', 'list-id', 'list-id']);
    expect(names('From: a\r\nList-Unsubscribe: <https://a.example>\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n', undefined))
      .toEqual(expect.arrayContaining(['list-unsubscribe', 'list-unsubscribe-post', 'content-type', 'reply-to']));
  });

  test('what is covered is what a verifier selects for h=', () => {
    const message = 'To: 1\r\nFrom: a\r\nTo: 2\r\nto: 3\r\n';
    const fields = parseHeaders(octets(message)).fields;
    const signing = createDkimSigner({ domain: 'example.com', keys, clock, canonicalization: 'simple/simple' }).start(octets(message));
    const { signedNames } = signing.endSync()[0]!;
    expect(selectSignedFields(fields, signedNames).map(({ text }) => text)).toEqual(['a', '3', '2', '1']);
  });

  test('rfc6376 3.5: z= holds the signed fields', () => {
    const signed = sign(MESSAGE, { copyFields: true, keys: [keys[1]] });
    const [field] = parseHeaders(octets(signed)).fields;
    const z = parseSignature(field!.raw).tags!.get('z')!.value.replace(/\s/g, '');
    expect(z.split('|').slice(0, 3)).toEqual(['From:=20Alice=20<alice@example.com>', 'To:=20Bob=20<bob@example.net>', 'Subject:=20Lunch=20=20tomorrow=0D=0A=20at=20noon']);
    expect(z).toContain('=0D=0A');
  });

  test('the b= of one field never ends up in z=: a Subject that looks like tags', async () => {
    const message = 'From: a@example.com\r\nSubject: x; b=abc; bh=Feb=; z=From:b=\r\n\r\n';
    expect(await verdicts(sign(message, { copyFields: true }))).toEqual(['pass', 'pass']);
  });

  test('rfc8616: U-labels of domain and selector are written as A-labels', async () => {
    const signed = sign(MESSAGE, { domain: 'b\xfccher.example', keys: [{ selector: 'schl\xfcssel', key: ed25519Key }] });
    expect(signed).toContain('d=xn--bcher-kva.example; s=xn--schlssel-95a;');
    const records = { 'xn--schlssel-95a._domainkey.xn--bcher-kva.example': zone['e1._domainkey.example.com'] };
    expect(await verdicts(signed, {}, records)).toEqual(['pass']);
  });
});

describe('what is not signed', () => {
  const start = (header: string) => () => createDkimSigner({ domain: 'example.com', keys }).start(octets(header));
  test.each([
    ['rfc6376 5.4: no From', 'To: a\r\n\r\n', 'DKIM_NO_FROM'],
    ['no field at all', '\r\n', 'DKIM_NO_FROM'],
    ['a line that is no field', 'From: a\r\nnonsense\r\n\r\n', 'DKIM_BAD_HEADER'],
    ['a line of an mbox file', 'From a@b Sun Nov 22\r\nFrom: a\r\n\r\n', 'DKIM_BAD_HEADER'],
    ['a continuation of nothing', ' x\r\nFrom: a\r\n\r\n', 'DKIM_BAD_HEADER'],
    ['NUL', 'From: a\0b\r\n\r\n', 'DKIM_BAD_HEADER'],
    ['an LF alone', 'From: a\nTo: b\r\n\r\n', 'DKIM_BARE_LINE_END'],
    ['a CR alone', 'From: a\rb\r\n\r\n', 'DKIM_BARE_LINE_END'],
    ['a CR alone at the end', 'From: a\r', 'DKIM_BARE_LINE_END'],
    ['too many octets', `From: a\r\nX: ${'x'.repeat(300_000)}\r\n\r\n`, 'DKIM_HEADER_TOO_LARGE'],
    ['too many fields', `From: a\r\n${'X:\r\n'.repeat(1001)}\r\n`, 'DKIM_HEADER_TOO_LARGE'],
  ])('%s -> %s', (_, header, code) => {
    expect(start(header)).toThrow(expect.objectContaining({ name: 'DkimError', code }));
  });

  test.each([['an LF alone', 'a\nb'], ['a CR alone', 'a\rb'], ['a CR at the end', 'a\r']])('rfc6376 5.3: %s in the body -> DKIM_BARE_LINE_END', async (_, body) => {
    for (const canonicalization of ['simple/simple', 'relaxed/relaxed'] as const) {
      const signing = createDkimSigner({ domain: 'example.com', keys, canonicalization }).start(headerOf(MESSAGE));
      signing.body(octets(body));
      await expect(signing.end()).rejects.toThrow(expect.objectContaining({ code: 'DKIM_BARE_LINE_END' }));
    }
  });

  test('a body behind the header section is the caller\'s mistake', () => {
    expect(start(MESSAGE)).toThrow(TypeError);
  });

  test('a DkimError is an Error with a code', () => {
    const error = new DkimError('DKIM_NO_FROM', 'x');
    expect([error instanceof Error, error.code, String(error)]).toEqual([true, 'DKIM_NO_FROM', 'DkimError: x']);
  });
});

describe('options that make no sense', () => {
  const one = { selector: 's', key: ed25519Key };
  test.each<[string, Partial<DkimSignerOptions>]>([
    ['a domain of one label', { domain: 'com' }],
    ['a domain with CRLF', { domain: 'example.com\r\nX: y' }],
    ['no key', { keys: [] }],
    ['a selector with a semicolon', { keys: [{ ...one, selector: 'a; d=b' }] }],
    ['an empty selector', { keys: [{ ...one, selector: '' }] }],
    ['a key that is none', { keys: [{ selector: 's', key: {} as typeof ed25519Key }] }],
    ['a canonicalization that there is not', { canonicalization: 'nofws/simple' as 'simple/simple' }],
    ['an identity outside of the domain', { identity: 'a@example.net' }],
    ['an identity that only ends like the domain', { identity: 'a@evilexample.com' }],
    ['an identity without domain', { identity: 'a' }],
    ['an identity with CRLF', { identity: 'a\r\nb@example.com' }],
    ['an expiry of 0', { expiresInSeconds: 0 }],
    ['an expiry that is no integer', { expiresInSeconds: 1.5 }],
    ['rules without From', { headers: [{ name: 'To', oversign: 'always' }] }],
    ['two rules for a name', { headers: [...DEFAULT_SIGN_RULES, { name: 'FROM', oversign: 'never' }] }],
    ['a rule for a trace field', { headers: [...DEFAULT_SIGN_RULES, { name: 'Received', oversign: 'never' }] }],
    ['a rule for what is no name', { headers: [...DEFAULT_SIGN_RULES, { name: 'a:b', oversign: 'never' }] }],
    ['a rule that there is not', { headers: [{ name: 'From', oversign: 'sometimes' as 'never' }] }],
  ])('%s', (_, options) => {
    expect(() => createDkimSigner({ domain: 'example.com', keys: [one], ...options })).toThrow(/./);
    try {
      createDkimSigner({ domain: 'example.com', keys: [one], ...options });
    } catch (error) {
      expect(error instanceof TypeError || error instanceof RangeError).toBe(true);
    }
  });
});

describe('keys keep their secrets', () => {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 1024 });
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }) as string;

  test('neither inspection nor JSON shows the private half', () => {
    const secret = privateKey.export({ format: 'jwk' }).d!;
    for (const key of [loadSigningKey(pem), loadSigningKey(privateKey)]) {
      const shown = `${inspect(key, { depth: 10, showHidden: true })}${JSON.stringify(key)}${Object.keys(key).join()}`;
      expect(shown).not.toContain('PRIVATE');
      expect(shown).not.toContain(secret);
      expect(JSON.parse(JSON.stringify(key))).toEqual({ algorithm: 'rsa-sha256', keyType: 'rsa', bits: 1024 });
    }
    expect(inspect(createDkimSigner({ domain: 'example.com', keys: [{ selector: 's', key: loadSigningKey(pem) }] }), { depth: 10 })).not.toContain('PRIVATE');
  });

  test('the error of a PEM that can not be read does not hold it', () => {
    const broken = pem.replace(/[a-z]/g, '!');
    const error = (() => {
      try {
        return loadSigningKey(broken);
      } catch (thrown) {
        return thrown;
      }
    })();
    expect(error).toBeInstanceOf(TypeError);
    expect(inspect(error)).not.toContain(broken.slice(60, 90));
    expect((error as Error).cause).toBe(undefined);
  });

  test('PKCS #8, PKCS #1, encrypted, KeyObject and the 32 octets of rfc8463 A.1 are read', () => {
    expect(loadSigningKey(privateKey.export({ type: 'pkcs1', format: 'pem' }) as string).bits).toBe(1024);
    const encrypted = privateKey.export({ type: 'pkcs8', format: 'pem', cipher: 'aes-128-cbc', passphrase: 'secret' }) as string;
    expect(loadSigningKey(encrypted, { passphrase: 'secret' }).bits).toBe(1024);
    expect(() => loadSigningKey(encrypted, { passphrase: 'wrong' })).toThrow(TypeError);
    const seed = Buffer.from('nWGxne/9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A=', 'base64');
    expect(Buffer.from(loadSigningKey(seed).publicKey).toString('base64')).toBe('11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=');
  });

  test.each<[string, () => unknown]>([
    ['a public key', () => loadSigningKey(generateKeyPairSync('ed25519').publicKey)],
    ['an EC key', () => loadSigningKey(generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey)],
    ['an RSA-PSS key', () => loadSigningKey(generateKeyPairSync('rsa-pss', { modulusLength: 1024 }).privateKey)],
    ['31 octets', () => loadSigningKey(new Uint8Array(31))],
    ['rfc8301 3.2: an RSA key of 512 bits', () => loadSigningKey(generateKeyPairSync('rsa', { modulusLength: 512 }).privateKey)],
  ])('%s is refused', (_, load) => {
    expect(load).toThrow(/key/);
  });
});

test('one signer signs several messages at the same time', async () => {
  const signer = createDkimSigner({ domain: 'example.com', keys, clock });
  const first = signer.start(headerOf(MESSAGE));
  const second = signer.start(octets('From: b@example.com\r\n'));
  first.body(bodyOf(MESSAGE));
  second.body(octets('x\r\n'));
  const fields = await Promise.all([first.end(), second.end()]);
  expect(fields[0].map(({ field }) => field).join('') + MESSAGE).toBe(sign(MESSAGE));
  expect(await verdicts(`${fields[1].map(({ field }) => field).join('')}From: b@example.com\r\n\r\nx\r\n`)).toEqual(['pass', 'pass']);
});
