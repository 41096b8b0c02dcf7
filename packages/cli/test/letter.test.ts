import { writeFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { parseHeaders } from '@mailwright/mime';
import { encodeUtf8, utf8 } from '@mailwright/wire';
import { UsageError } from '../src/arguments/usage-error.ts';
import { withoutBcc } from '../src/letter/bcc.ts';
import { completeEnvelope, readAddresses, readReversePath } from '../src/letter/envelope.ts';
import { letterBody, openLetter, wholeLetter, WHOLE_OCTETS } from '../src/letter/letter.ts';
import { capturedIo } from './support/captured-io.ts';
import { scratchFolder } from './support/run-command.ts';

const header = (...lines: string[]): ReturnType<typeof parseHeaders> => parseHeaders(encodeUtf8(`${lines.join('\r\n')}\r\n\r\nbody\r\n`));

describe('the envelope', () => {
  test('rfc5322 3.6.2: recipients from To, Cc and Bcc, groups and names among them, each once', () => {
    const { from, to, toFromHeader } = completeEnvelope(header('From: A <a@x.example>', 'To: B <b@x.example>, team: c@x.example, "D, E" <d@x.example>;', 'Cc: b@x.example', 'Bcc: e@x.example', 'Bcc: f@x.example'), undefined, []);
    expect(from!.address).toBe('a@x.example');
    expect(to.map(({ address }) => address)).toEqual(['b@x.example', 'c@x.example', 'd@x.example', 'e@x.example', 'f@x.example']);
    expect(toFromHeader).toBe(true);
  });

  test('rfc5322 3.6.2: Sender before From', () => {
    expect(completeEnvelope(header('From: a@x.example, b@x.example', 'Sender: s@x.example', 'To: c@x.example'), undefined, []).from!.address).toBe('s@x.example');
  });

  test('what the options say overrules the header', () => {
    const to = readAddresses('--to', ['z@x.example']).map(({ mailbox }) => mailbox!);
    expect(completeEnvelope(header('From: a@x.example', 'To: c@x.example'), null, to)).toEqual({ from: null, to, toFromHeader: false });
  });

  test.each([
    ['no recipients', ['From: a@x.example'], 'nobody is named to send it to'],
    ['an empty group only', ['From: a@x.example', 'To: undisclosed-recipients:;'], 'nobody is named to send it to'],
    ['no author', ['To: a@x.example'], 'nobody is named to send it from'],
    ['a recipient to whom no mail can go', ['From: a@x.example', 'To: joe'], 'the To field names "joe", to which no mail can go'],
  ])('%s -> a usage error', (_name, lines, message) => {
    expect(() => completeEnvelope(header(...lines), undefined, [])).toThrow(message);
  });

  test.each([['', null], ['<>', null], ['a@x.example', 'a@x.example'], ['A <a@x.example>', 'a@x.example']])('--from %j -> %j', (given, address) => {
    expect(readReversePath('--from', given)?.address ?? null).toBe(address);
  });

  test.each(['joe', 'a@x.example b@x.example', '<>', 'a@x.example\r\nRCPT TO:<b@x.example>', ' '])('--to %j is not an address -> a usage error', (given) => {
    expect(() => readAddresses('--to', [given])).toThrow(UsageError);
  });
});

describe('Bcc', () => {
  test('rfc5322 3.6.3: the fields go, folded ones whole, and not an octet more', () => {
    const letter = wholeLetter('x', encodeUtf8('From: a@x.example\r\nBCC: b@x.example,\r\n c@x.example\r\nTo: d@x.example\r\nResent-Bcc: e@x.example\r\n\r\nBcc: stays\r\n'));
    const stripped = withoutBcc(letter);
    expect(utf8(stripped.head)).toBe('From: a@x.example\r\nTo: d@x.example\r\n\r\nBcc: stays\r\n');
    expect(stripped.octets).toBe(stripped.head.length);
  });

  test('none there -> the letter itself', () => {
    const letter = wholeLetter('x', encodeUtf8('From: a@x.example\r\n\r\nhi\r\n'));
    expect(withoutBcc(letter)).toBe(letter);
  });
});

describe('openLetter', () => {
  test('a small file, and the same from the standard input -> whole', async () => {
    const file = `${await scratchFolder()}/a.eml`;
    const octets = encodeUtf8('From: a@x.example\r\n\r\nhi\r\n');
    await writeFile(file, octets);
    for (const letter of [await openLetter(file, capturedIo()), await openLetter('-', capturedIo({ stdin: octets }))]) {
      expect([utf8(letter.head), letter.octets, letter.rest]).toEqual([utf8(octets), octets.length, undefined]);
    }
  });

  test('a large file -> its head, and then the rest, octet by octet the same', async () => {
    const file = `${await scratchFolder()}/a.eml`;
    const octets = new Uint8Array(WHOLE_OCTETS + 1000).fill(0x61);
    octets.set(encodeUtf8('From: a@x.example\r\n\r\n'));
    await writeFile(file, octets);
    const letter = await openLetter(file, capturedIo());
    expect(letter.octets).toBe(octets.length);
    expect(letter.rest).toBeDefined();
    let at = 0;
    for await (const chunk of letterBody(letter) as AsyncIterable<Uint8Array>) {
      expect(Buffer.compare(chunk, octets.subarray(at, at + chunk.length))).toBe(0);
      at += chunk.length;
    }
    expect(at).toBe(octets.length);
  });

  test.each([['there is no such file', '/nowhere/x.eml'], ['it is a folder', '/']])('%s -> a usage error that says so', async (reason, file) => {
    await expect(openLetter(file, capturedIo())).rejects.toThrow(new UsageError(`${file} can't be read: ${reason}`));
  });

  test('an empty one -> a usage error', async () => {
    await expect(openLetter('-', capturedIo({ stdin: '' }))).rejects.toThrow('the standard input is empty');
  });
});
