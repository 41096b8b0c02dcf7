import { channel } from 'node:diagnostics_channel';
import { readdirSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemRandom } from '@mailwright/net';
import { encodeUtf8 } from '@mailwright/wire';
import { describe, expect, test } from 'vitest';
import { SeededRandom } from '../../testing/src/seeded-random.ts';
import type { SessionDiagnostic } from '../src/diagnostics.ts';
import { KnownUids } from '../src/known-uids.ts';
import { selectedSet, splitSet } from '../src/message-selection.ts';
import { reconnectDelayMs } from '../src/reconnect-options.ts';
import { ALL_NAMES, FLAGGED_NAMES, SPECIAL_USE_NAME_LIST } from '../src/special-use-name-list.ts';
import { specialUseOfName } from '../src/special-use-names.ts';
import { SpillFile, type SpillRecord } from '../src/spill-file.ts';
import { formatSyncToken, parseSyncToken, rangesOf } from '../src/sync-token.ts';
import { Trace, type TraceEntry } from '../src/trace.ts';
import { UidRuns } from '../src/uid-runs.ts';
import { connectScripted, rejection } from './connect-scripted.ts';
import { mail, realServer } from './real-server.ts';

describe('sync tokens', () => {
  test.each(Array.from({ length: 50 }, (_, seed) => seed))('generated state %i: parse(format(state)) is the state', (seed) => {
    const random = new SeededRandom(seed);
    const uids = [...new Set(Array.from({ length: random.integer(0, 50) }, () => random.integer(1, 200)))].sort((a, b) => a - b);
    const state = { uidValidity: random.integer(1, 2 ** 31), uidNext: random.integer(201, 2 ** 31), modseq: random.chance(0.5) ? undefined : BigInt(random.integer(1, 2 ** 40)) << 20n, uids: rangesOf(uids) };
    expect(parseSyncToken(formatSyncToken(state))).toEqual(state);
  });
});

describe('known UIDs', () => {
  test.each(Array.from({ length: 50 }, (_, seed) => seed))('generated changes %i: numbers and UIDs are those of a plain list', (seed) => {
    const random = new SeededRandom(seed);
    const model: number[] = [];
    const known = new KnownUids();
    let next = 1;
    known.reset([], 0);
    for (let step = 0; step < 200; step++) {
      if (random.chance(0.5)) {
        const count = random.integer(1, 4);
        const added = Array.from({ length: count }, () => (next += random.integer(1, 3)));
        model.push(...added);
        known.apply({ type: 'exists', exists: model.length, added: count });
        if (random.chance(0.7)) for (const uid of model.filter((each) => each > known.last)) known.add(uid);
      } else if (model.length > 0 && random.chance(0.5)) {
        const number = random.integer(1, model.length);
        const [uid] = model.splice(number - 1, 1);
        expect(known.apply({ type: 'expunged', sequenceNumber: number, uid: undefined })).toEqual(uid! > known.last ? [] : [uid]);
      } else if (model.length > 0) {
        const uid = random.pick(model);
        model.splice(model.indexOf(uid), 1);
        expect(known.apply({ type: 'vanished', uids: [[uid, uid]], earlier: false, exists: model.length })).toEqual(uid > known.last ? [] : [uid]);
      }
      expect(known.all.length + known.untold).toBe(model.length);
      expect(known.all).toEqual(model.slice(0, known.all.length));
    }
  });
});

test.each(Array.from({ length: 30 }, (_, seed) => seed))('generated UIDs %i: runs hold what a set holds', (seed) => {
  const random = new SeededRandom(seed);
  const runs = new UidRuns();
  const set = new Set<number>();
  for (let step = 0; step < 300; step++) {
    const uid = random.chance(0.8) ? step * 2 + random.integer(0, 3) : random.integer(1, 600);
    runs.add(uid);
    set.add(uid);
    const asked = random.integer(0, 700);
    expect(runs.has(asked)).toBe(set.has(asked));
  }
});

describe('selections', () => {
  test('pieces of a set hold all of it, and each is short', () => {
    const set = selectedSet(Array.from({ length: 5000 }, (_, index) => 4_000_000_000 + index * 3));
    const pieces = splitSet(set, 1000);
    expect(pieces.flat()).toEqual(set);
    expect(pieces.length).toBeGreaterThan(40);
  });

  test.each([[[-1]], [[1.5]], [[2 ** 33]], [0]])('%j -> RangeError', (wrong) => expect(() => selectedSet(wrong)).toThrow(RangeError));
});

describe('special uses by name', () => {
  test.each([
    ['Sent', undefined, '\\Sent'], ['INBOX.Sent', '.', '\\Sent'], ['Gesendete Objekte', '/', '\\Sent'], ['[Gmail]/Papierkorb', '/', '\\Trash'], ['Корзина', '/', '\\Trash'], ['下書き', '/', '\\Drafts'],
    ['E\u0301le\u0301ments envoye\u0301s', '/', '\\Sent'], ['spam', '/', '\\Junk'], ['Work/Sent', '/', undefined], ['a/b/Sent', '/', undefined], ['Sent stuff', '/', undefined], ['INBOX', '/', undefined],
  ])('%s -> %3$s', (name, delimiter, use) => expect(specialUseOfName(name, delimiter)).toBe(use));

  test('languages ascend, and every name of the list means one use in all of them', () => {
    expect(SPECIAL_USE_NAME_LIST.map(([language]) => language)).toEqual(SPECIAL_USE_NAME_LIST.map(([language]) => language).sort());
    const uses = ['\\Sent', '\\Trash', '\\Drafts', '\\Junk', '\\Archive'];
    const rows: (readonly [names: string, use: string])[] = SPECIAL_USE_NAME_LIST.flatMap(([, ...names]) => names.map((list, index) => [list, uses[index]!] as const));
    for (const [names, use] of [...rows, [ALL_NAMES, '\\All'], [FLAGGED_NAMES, '\\Flagged']] as const) {
      for (const name of names.split('|').filter((each) => each !== '')) expect([name, specialUseOfName(name.toUpperCase(), '/') ?? specialUseOfName(name, '/')]).toEqual([name, use]);
    }
  });
});

describe('the temporary file', () => {
  test('gives back what was put in, in any order, has no name, and shrinks when all was read', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'mailwright-test-'));
    const file = new SpillFile(folder, systemRandom);
    const random = new SeededRandom(1);
    const waiting: { readonly record: SpillRecord; readonly octets: Uint8Array }[] = [];
    for (let step = 0; step < 300; step++) {
      if (random.chance(0.6) || waiting.length === 0) {
        const octets = new Uint8Array(random.integer(0, 5000)).fill(step);
        waiting.push({ record: file.write(octets), octets });
      } else {
        const [{ record, octets }] = waiting.splice(random.integer(0, waiting.length - 1), 1) as [(typeof waiting)[number]];
        expect(file.read(record)).toEqual(octets);
      }
      expect(file.liveOctets).toBe(waiting.reduce((sum, { octets }) => sum + octets.length, 0));
    }
    expect(readdirSync(folder)).toEqual([]);
    for (const { record } of waiting) file.drop(record);
    expect(file.liveOctets).toBe(0);
    expect(file.write(new Uint8Array(3)).at).toBe(0);
    file.close();
    file.close();
    await rm(folder, { recursive: true });
  });

  test('a folder that is not there -> Node\'s own error', () => {
    expect(() => new SpillFile('/nowhere/at/all', systemRandom).write(new Uint8Array(1))).toThrow(/ENOENT/);
  });
});

describe('traces', () => {
  const SAID = encodeUtf8('* OK hi\r\n* 1 FETCH (BODY[] {12}\r\nA1 OK no\r\nx  UID 4)\r\nA1 OK done\r\n');

  test('every split gives the same lines; literals are counted', () => {
    const whole = lines([SAID]);
    expect(whole).toEqual(['* OK hi', '* 1 FETCH (BODY[] {12}', '12', ' UID 4)', 'A1 OK done']);
    for (let at = 1; at < SAID.length; at++) expect(lines([SAID.subarray(0, at), SAID.subarray(at)])).toEqual(whole);
    expect(lines([...SAID].map((octet) => Uint8Array.of(octet)))).toEqual(whole);
  });

  test('a login in literals is hidden whole, however it is cut', () => {
    const said = encodeUtf8('A1 LOGIN {3}\r\nann {6}\r\nsecret\r\n');
    for (let at = 1; at < said.length; at++) {
      const entries: TraceEntry[] = [];
      const trace = new Trace((entry) => entries.push(entry));
      trace.client(said.subarray(0, at), 0);
      trace.client(said.subarray(at), 0);
      expect(JSON.stringify(entries)).not.toMatch(/secret|ann/);
      expect(entries[0]?.text).toBe('A1 LOGIN *** {3}');
    }
  });

  function lines(pieces: readonly Uint8Array[]): string[] {
    const texts: string[] = [];
    const trace = new Trace(({ text, octets }) => texts.push(text ?? String(octets)));
    for (const piece of pieces) trace.server(piece, 0);
    return texts;
  }
});

test('waits between tries double, are bounded, and at most half is chance', () => {
  const options = { attempts: Infinity, firstDelayMs: 100, maxDelayMs: 1000 };
  expect([0, 1, 2, 3, 4, 5, 60].map((attempt) => reconnectDelayMs(options, attempt, 0))).toEqual([0, 100, 200, 400, 800, 1000, 1000]);
  expect(reconnectDelayMs(options, 3, 1)).toBe(200);
});

describe('ordering here', () => {
  test('rfc5256 2.1: subjects are ordered by what their encoded words say', async () => {
    await using server = realServer({ mailboxes: { INBOX: [mail('=?utf-8?q?zebra?='), mail('monkey'), mail('Re: ape')] }, capabilities: ['IMAP4rev1'] });
    const client = await server.connect();
    await using box = await client.open('INBOX');
    const criteria = [{ key: 'SUBJECT', reverse: false }] as const;
    expect(await box.sort(criteria)).toEqual({ uids: [3, 2, 1], exact: true, how: 'local' });
    expect(await box.sort(criteria, undefined, { decodeText: () => 'aardvark' })).toEqual({ uids: [1, 3, 2], exact: true, how: 'local' });
    expect((await box.thread('ORDEREDSUBJECT')).how).toBe('local');
  });

  test('rfc5256 2.1: an encoded "Re:" is taken off, so the answer is in the thread of what it answers', async () => {
    await using server = realServer({ mailboxes: { INBOX: [mail('Größe'), mail('other'), mail('=?utf-8?b?UmU6IEdyw7bDn2U=?=')] }, capabilities: ['IMAP4rev1'] });
    const client = await server.connect();
    await using box = await client.open('INBOX');
    const { threads, exact } = await box.thread('ORDEREDSUBJECT');
    expect([threads.length, exact]).toEqual([2, true]);
  });
});

test('diagnostics: open and close, or failed', async () => {
  const told: SessionDiagnostic[] = [];
  const listener = (message: unknown): void => void told.push(message as SessionDiagnostic);
  channel('mailwright:imap-client:session').subscribe(listener);
  const session = await connectScripted();
  await session.client.logout();
  await rejection(connectScripted(undefined, { greeting: '* BYE no' }));
  channel('mailwright:imap-client:session').unsubscribe(listener);
  expect(told.map((each) => [each.type, each.type === 'close' ? each.code : each.type === 'failed' ? each.error.code : undefined])).toEqual([['open', undefined], ['close', undefined], ['failed', 'IMAP_GREETING_REFUSED']]);
});

test('every chunk split of the server, octet by octet -> the same session', async () => {
  for (const maxChunkOctets of [1, 2, 3, 7, 64]) {
    await using server = realServer({ mailboxes: { INBOX: [mail('one'), mail('two', 'z'.repeat(3000))] }, maxChunkOctets });
    const client = await server.connect({ limits: { keptLiteralOctets: 100 } });
    await using box = await client.open('INBOX');
    const texts: string[] = [];
    for await (const message of box.fetch('all', { flags: true, envelope: true, bodies: ['TEXT'] })) texts.push(`${message.envelope?.subject} ${(await message.body('TEXT').octets()).length}`);
    expect(texts).toEqual(['one 6', 'two 3002']);
  }
});
