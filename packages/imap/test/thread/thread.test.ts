import { latin1 } from '@mailwright/wire';
import { describe, expect, test } from 'vitest';
import { SeededRandom } from '../../../testing/src/seeded-random.ts';
import { SERVER_LIMITS } from '../../src/limits.ts';
import { LinkForest } from '../../src/thread/link-forest.ts';
import { parseMessageIds } from '../../src/thread/message-ids.ts';
import { readThreads, type Thread, type ThreadEntry, writeThreads } from '../../src/thread/thread-list.ts';
import { type ThreadAlgorithm, threadMessages } from '../../src/thread/thread-messages.ts';
import type { ThreadableMessage } from '../../src/thread/threadable-message.ts';
import { allSpecs } from '../../src/tables.ts';
import type { Failure } from '../../src/value-cursor.ts';
import { ValueReader } from '../../src/value-reader.ts';
import { ValueWriter } from '../../src/value-writer.ts';
import { frameOf, textFrame } from '../search/generated.ts';

function format(threads: readonly Thread[]): string {
  const writer = new ValueWriter(false, allSpecs());
  writeThreads(writer, threads);
  return latin1(frameOf(writer).octets).trim();
}

function parse(text: string, elements: number = 1_000_000): Thread[] | Failure {
  const reader = new ValueReader(textFrame(text), { ...SERVER_LIMITS, elements }, false, 0, allSpecs());
  const threads = readThreads(reader);
  return reader.failure ?? threads;
}

/** Messages 1, 2, 3 ... at moments 1, 2, 3 ... `id` and `refs` are letters: `ab` is `<a@x> <b@x>`. */
interface Given {
  readonly id?: string;
  readonly refs?: string;
  readonly reply?: string;
  readonly subject?: string;
  readonly at?: number;
  readonly number?: number;
}
const ids = (letters: string | undefined): string | undefined => (letters === undefined ? undefined : [...letters].map((letter) => `<${letter}@x>`).join(' '));
const message = (given: Given, index: number): ThreadableMessage => ({
  number: given.number ?? index + 1, internalDateMs: given.at ?? index + 1, sentDateMs: undefined, subject: given.subject,
  messageId: ids(given.id), references: ids(given.refs), inReplyTo: ids(given.reply),
});
const threads = (given: readonly Given[], algorithm: ThreadAlgorithm = 'REFERENCES'): string => format(threadMessages(given.map(message), algorithm));

describe('threads on the wire', () => {
  test.each<[string, string, Thread[]]>([
    ['rfc5256 4: a chain', '(2)(3 6)', [[{ number: 2, depth: 0 }], [{ number: 3, depth: 0 }, { number: 6, depth: 1 }]]],
    ['rfc5256 4: branches', '(3 6 (4 23)(44 7 96))', [[
      { number: 3, depth: 0 }, { number: 6, depth: 1 }, { number: 4, depth: 2 }, { number: 23, depth: 3 }, { number: 44, depth: 2 }, { number: 7, depth: 3 }, { number: 96, depth: 4 },
    ]]],
    ['rfc5256 4: a message that is not there', '((3)(5))', [[{ number: undefined, depth: 0 }, { number: 3, depth: 1 }, { number: 5, depth: 1 }]]],
    ['rfc5256 4: branches of branches', '(1 (2 (3)(4))(5))', [[
      { number: 1, depth: 0 }, { number: 2, depth: 1 }, { number: 3, depth: 2 }, { number: 4, depth: 2 }, { number: 5, depth: 1 },
    ]]],
    ['rfc5256 4: nothing', '', []],
  ])('%s', (_name, text, value) => {
    expect(parse(text)).toEqual(value);
    expect(format(value)).toBe(text);
  });

  test.each([['an open list', '(1'], ['an empty list', '()'], ['zero', '(0)'], ['no list', '1 2'], ['one list too many', '(1))'], ['words', '(a)']])('rfc5256 4: %s -> refused', (_name, text) => {
    expect(parse(text)).toMatchObject({ expected: expect.any(String) as unknown });
  });

  test.each<[string, Thread]>([
    ['nothing', []],
    ['a first entry that is an answer', [{ number: 1, depth: 1 }]],
    ['an answer to nothing', [{ number: 1, depth: 0 }, { number: 2, depth: 2 }]],
    ['two first entries', [{ number: 1, depth: 0 }, { number: 2, depth: 0 }]],
    ['a message that is not there with one answer', [{ number: undefined, depth: 0 }, { number: 2, depth: 1 }]],
    ['an answer that is not there', [{ number: 1, depth: 0 }, { number: undefined, depth: 1 }]],
    ['zero', [{ number: 0, depth: 0 }]],
  ])('%s is no thread -> RangeError', (_name, thread) => {
    expect(() => format([thread])).toThrow(RangeError);
  });

  test('inverse law: what is written is read back the same', () => {
    const random = new SeededRandom(5256);
    for (let round = 0; round < 1000; round++) {
      const value = [...Array(random.integer(0, 4)).keys()].map(() => generatedThread(random));
      expect(parse(format(value))).toEqual(value);
    }
  });

  test('100,000 lists within each other are read without a stack', () => {
    expect(parse(`${'(1 (2)'.repeat(100_000)}${')'.repeat(100_000)}`)).toHaveLength(1);
  });

  test('limits: elements are counted', () => {
    expect(parse(`(${'1 '.repeat(100)})`, 50)).toMatchObject({ expected: expect.stringContaining('LIMIT_ELEMENTS') as unknown });
  });
});

describe('REFERENCES', () => {
  test.each<[string, Given[], string]>([
    ['rfc5256 3: an answer', [{ id: 'a' }, { id: 'b', refs: 'a' }], '(1 2)'],
    ['rfc5256 3: In-Reply-To where there are no references', [{ id: 'a' }, { id: 'b', reply: 'ax' }], '(1 2)'],
    ['rfc5256 3: answers in order of their moments', [{ id: 'a' }, { id: 'b', refs: 'a', at: 9 }, { id: 'c', refs: 'a' }], '(1 (3)(2))'],
    ['rfc5256 3: a message between that is not there', [{ id: 'a' }, { id: 'c', refs: 'ab' }], '(1 2)'],
    ['rfc5256 3: a first message that is not there', [{ id: 'b', refs: 'a' }, { id: 'c', refs: 'a' }], '((1)(2))'],
    ['rfc5256 3: a first message that is not there, one answer', [{ id: 'b', refs: 'a' }, { id: 'c', refs: 'b' }], '(1 2)'],
    ['rfc5256 3: what stands in others\' references counts until the message says it', [{ id: 'c', refs: 'ab' }, { id: 'b', refs: 'x' }, { id: 'a' }], '(2 1)(3)'],
    ['rfc5256 3: two messages with one id', [{ id: 'a' }, { id: 'a' }, { id: 'b', refs: 'a' }], '(1 3)(2)'],
    ['rfc5256 3: no id', [{}, {}], '(1)(2)'],
    ['rfc5256 3: a reference to itself', [{ id: 'a', refs: 'a' }], '(1)'],
    ['rfc5256 3: references in a circle', [{ id: 'a', refs: 'b' }, { id: 'b', refs: 'a' }], '(2 1)'],
    ['imaptest thread: a circle of two that leaves the third', [{ id: 'a', at: 3 }, { id: 'b', refs: 'ac', at: 1 }, { id: 'c', refs: 'b', at: 2 }], '(3 2)(1)'],
    ['imaptest thread: the same without the first', [{ id: 'b', refs: 'ac', at: 1 }, { id: 'c', refs: 'b', at: 2 }], '(2 1)'],
    ['imaptest thread4', [{ id: 'a', subject: 'foo' }, { id: 'b', refs: 'c', subject: 'Re: foo' }], '(1 2)'],
    ['imaptest thread5: branches', [{ id: '1' }, { id: '2', reply: '1' }, { id: '3', reply: '1' }, { id: '4', reply: '2' }], '(1 (2 4)(3))'],
    ['imaptest thread5: messages that are gone', [{ id: '3', reply: '1' }, { id: '4', reply: '2' }], '(1)(2)'],
    ['imaptest thread5: two answers to one that is gone', [{ id: '3', reply: '1' }, { id: '4', reply: '2' }, { id: '5', reply: '2' }], '(1)((2)(3))'],
    ['rfc5256 3: an answer by subject', [{ id: 'a', subject: 'Lunch' }, { id: 'b', subject: 'Re: Lunch' }], '(1 2)'],
    ['rfc5256 3: an answer by subject that came first', [{ id: 'b', subject: 'Re: Lunch' }, { id: 'a', subject: 'Lunch' }], '(2 1)'],
    ['rfc5256 3: equal subjects, none an answer', [{ subject: 'Lunch' }, { subject: 'lunch' }, { subject: 'LUNCH' }], '((1)(2)(3))'],
    ['rfc5256 3: answers alone', [{ subject: 'Re: Lunch' }, { subject: 'Re: Lunch' }], '((1)(2))'],
    ['rfc5256 3: a message joins answers to what is not there', [{ id: 'b', refs: 'a', subject: 'Lunch' }, { id: 'c', refs: 'a', subject: 'Lunch' }, { subject: 'Re: Lunch' }], '((1)(2)(3))'],
    ['rfc5256 3: two messages that are not there, of one subject', [
      { id: 'b', refs: 'a', subject: 'x' }, { id: 'c', refs: 'a' }, { id: 'e', refs: 'd', subject: 'x' }, { id: 'f', refs: 'd' },
    ], '((1)(2)(3)(4))'],
    ['rfc5256 3: empty subjects stay apart', [{ subject: 'Re:' }, { subject: '' }], '(1)(2)'],
    ['rfc5256 2.2: equal moments by number', [{ at: 1 }, { at: 1 }, { at: 0 }], '(3)(1)(2)'],
  ])('%s', (_name, given, expected) => {
    expect(threads(given)).toBe(expected);
  });

  test('rfc5256 3: every message is in one thread, once, whatever the references', () => {
    const random = new SeededRandom(3);
    for (let round = 0; round < 300; round++) {
      const given = [...Array(random.integer(0, 30)).keys()].map((): Given => ({
        id: random.pick([...'abcdefghij']), refs: random.text('abcdefghijklm', random.integer(0, 5)), subject: random.pick(['x', 'Re: x', 'y', 'Re: y', '']), at: random.integer(0, 5),
      }));
      const numbers = threadMessages(given.map(message), 'REFERENCES').flat().flatMap(({ number }) => number ?? []);
      expect(numbers.sort((one, other) => one - other)).toEqual(given.map((_, index) => index + 1));
      threads(given);
    }
  });

  const COUNT = 100_000;
  const wide = (index: number): string => `<${index}@x>`;
  const attack = (make: (index: number) => { readonly id: number; readonly refs: string }): Thread[] => threadMessages([...Array(COUNT).keys()].map((index): ThreadableMessage => {
    const { id, refs } = make(index);
    return { number: index + 1, internalDateMs: index, sentDateMs: undefined, subject: undefined, messageId: wide(id), references: refs, inReplyTo: undefined };
  }), 'REFERENCES');

  test('attack: a chain of 100,000 answers', () => {
    const [thread] = attack((index) => ({ id: index, refs: index === 0 ? '' : wide(index - 1) }));
    expect(thread!.at(-1)).toEqual({ number: COUNT, depth: COUNT - 1 });
  });

  test('attack: the chain told from its end', () => {
    expect(attack((index) => ({ id: COUNT - index, refs: wide(COUNT - index - 1) }))).toHaveLength(1);
  });

  test('attack: branches hung below the deepest message', () => {
    const half = COUNT / 2;
    const found = attack((index) => (index < half ? { id: index, refs: index === 0 ? '' : wide(index - 1) } : { id: index, refs: `${wide(index + COUNT)} ${wide(half - 1)}` }));
    expect(found).toHaveLength(1);
  });

  test('attack: one circle of 100,000', () => {
    expect(attack((index) => ({ id: index, refs: wide((index + 1) % COUNT) })).flat()).toHaveLength(COUNT);
  });

  test('attack: 100,000 references of one message that are not there', () => {
    const references = [...Array(COUNT).keys()].map(wide).join(' ');
    expect(threadMessages([{ number: 1, internalDateMs: 0, sentDateMs: undefined, subject: undefined, messageId: undefined, references, inReplyTo: undefined }], 'REFERENCES')).toEqual([[{ number: 1, depth: 0 }]]);
  });
});

describe('ORDEREDSUBJECT', () => {
  test.each<[string, Given[], string]>([
    ['imaptest thread-orderedsubject2', [
      { subject: 'a', at: 10 }, { subject: 'b', at: 9 }, { subject: 'a', at: 8 }, { subject: 'b', at: 7 }, { subject: 'a', at: 30 }, { subject: 'b', at: 29 }, { subject: 'a', at: 28 }, { subject: 'b', at: 27 },
    ], '(4 (2)(8)(6))(3 (1)(7)(5))'],
    ['rfc5256 3: answers and forwards of one subject', [{ subject: 'x' }, { subject: 'Re: X' }, { subject: '[list] y' }], '(1 2)(3)'],
    ['rfc5256 3: no messages', [], ''],
  ])('%s', (_name, given, expected) => {
    expect(threads(given, 'ORDEREDSUBJECT')).toBe(expected);
  });

  test('an algorithm that is none -> TypeError', () => {
    expect(() => threads([], 'REFS' as ThreadAlgorithm)).toThrow(TypeError);
  });
});

describe('parseMessageIds', () => {
  test.each<[string, string, string[]]>([
    ['rfc5322 3.6.4: several', '<a@x>\r\n <b@y>', ['a@x', 'b@y']],
    ['rfc5256 3: quoted and unquoted are the same', '<"a"@x>', ['a@x']],
    ['words between', 'Your message of Monday <a@x> "<b@y>"', ['a@x', 'b@y']],
    ['folded inside', '<a@\r\n x>', ['a@x']],
    ['no at', '<a>', []],
    ['open', '<a@x <b@y>', ['b@y']],
    ['attack: brackets', '<'.repeat(300_000), []],
  ])('%s', (_name, value, expected) => {
    expect(parseMessageIds(value)).toEqual(expected);
  });
});

test('LinkForest: links, cuts and loops are what walking up would say', () => {
  const random = new SeededRandom(9);
  for (let round = 0; round < 100; round++) {
    const forest = new LinkForest();
    const parents: number[] = [...Array(30).keys()].map(() => (forest.add(), -1));
    for (let step = 0; step < 200; step++) {
      const node = random.integer(0, 29);
      if (parents[node] !== -1) {
        forest.cut(node);
        parents[node] = -1;
      } else {
        const parent = random.integer(0, 29);
        let at = parent;
        while (at !== node && at !== -1) at = parents[at]!;
        expect(forest.link(node, parent)).toBe(at === -1);
        if (at === -1) parents[node] = parent;
      }
    }
    expect(parents.map((_, node) => forest.parentOf(node))).toEqual(parents);
  }
});

function generatedThread(random: SeededRandom): Thread {
  const entries: ThreadEntry[] = [{ number: random.integer(1, 99), depth: 0 }];
  for (let count = random.integer(0, 8); count > 0; count--) entries.push({ number: random.integer(1, 99), depth: random.integer(1, entries.at(-1)!.depth + 1) });
  if (entries.filter(({ depth }) => depth === 1).length >= 2 && random.chance(0.5)) entries[0] = { number: undefined, depth: 0 };
  return entries;
}
