import { describe, expect, test } from 'vitest';
import { SeededRandom } from '../../../testing/src/seeded-random.ts';
import type { EnvelopeAddress } from '../../src/envelope.ts';
import { baseSubject } from '../../src/sort/base-subject.ts';
import type { SortCriterion, SortKey } from '../../src/sort/sort-criterion.ts';
import { type SortableMessage, sortMessages } from '../../src/sort/sort-messages.ts';

describe('baseSubject', () => {
  test.each<[string, string, string, boolean]>([
    ['rfc5256 2.1: nothing to take away', 'Lunch', 'Lunch', false],
    ['rfc5256 2.1: an answer', 'Re: Lunch', 'Lunch', true],
    ['rfc5256 2.1: any case, blanks, several', 'RE:  fw : FWD:Lunch', 'Lunch', true],
    ['rfc5256 2.1: a blob before the colon', 'Re[2]: Lunch', 'Lunch', true],
    ['rfc5256 2.1: blobs of lists', '[list] [tag] Re: [list] Lunch', 'Lunch', true],
    ['rfc5256 2.1: (fwd) behind', 'Lunch (fwd) (FWD) ', 'Lunch', true],
    ['rfc5256 2.1: forwarded around', '[Fwd: [list] Re: Lunch]', 'Lunch', true],
    ['rfc5256 2.1: forwarded twice around', 're: [fwd: [fwd: re: [fwd: babylon]]]', 'babylon', true],
    ['rfc5256 2.1: (fwd) inside of what is forwarded', '[fwd: Lunch (fwd)]', 'Lunch', true],
    ['rfc5256 2.1: a blob that is all there is stays', '[xyz]', '[xyz]', false],
    ['rfc5256 2.1: the last blob stays', '[a] [b]', '[b]', false],
    ['rfc5256 2.1: a blob is no forward', '[fwd: x] y', 'y', false],
    ['rfc5256 2.1: white space is single blanks', '\tLunch\r\n  at\t noon', 'Lunch at noon', false],
    ['rfc5256 2.1: an answer to nothing', 'Re:', '', true],
    ['rfc5256 2.1: only words that begin so', 'Reply: x', 'Reply: x', false],
    ['rfc5256 2.1: other languages are not known', 'Ad: Re: x', 'Ad: Re: x', false],
    ['rfc5256 2.1: an open bracket', 'Re: [x', '[x', true],
    ['rfc5256 2.1: brackets in brackets are no blob', '[a[b]c] x', '[a[b]c] x', false],
    ['rfc5256 2.1: offsets hold where lower case is longer', '\u0130\u0130\u0130 (fwd)', '\u0130\u0130\u0130', true],
    ['rfc5256 2.1: nothing', '', '', false],
  ])('%s', (_name, subject, text, isReplyOrForward) => {
    expect(baseSubject(subject)).toEqual({ text, isReplyOrForward });
  });

  test.each([
    ['open brackets', '['.repeat(200_000)], ['blobs', '[a]'.repeat(200_000)], ['answers', 'Re: '.repeat(200_000)], ['forwards', `${'[fwd: '.repeat(100_000)}x${']'.repeat(100_000)}`],
    ['trailers', '(fwd) '.repeat(200_000)], ['blanks', ' '.repeat(200_000)], ['answers with blobs', 're[a] [a] [a] '.repeat(100_000)],
  ])('attack: %s', (_name, subject) => {
    expect(baseSubject(subject).text.length).toBeLessThanOrEqual(subject.length);
  });
});

const address = (given: Partial<EnvelopeAddress>): EnvelopeAddress => ({ name: undefined, route: undefined, mailbox: 'x', host: 'example.com', ...given });
const message = (number: number, given: Partial<SortableMessage> = {}): SortableMessage => ({
  number, internalDateMs: 0, sentDateMs: undefined, octetCount: 0, subject: undefined, from: [], to: [], cc: [], ...given,
});
const by = (...keys: (SortKey | `-${SortKey}`)[]): SortCriterion[] =>
  keys.map((key) => ({ key: (key.startsWith('-') ? key.slice(1) : key) as SortKey, reverse: key.startsWith('-') }));

describe('sortMessages', () => {
  test.each<[string, SortCriterion[], Partial<SortableMessage>[], number[]]>([
    ['rfc5256 3: ARRIVAL', by('ARRIVAL'), [{ internalDateMs: 3 }, { internalDateMs: 1 }, { internalDateMs: 2 }], [2, 3, 1]],
    ['rfc5256 3: REVERSE turns the key, not the numbers', by('-ARRIVAL'), [{ internalDateMs: 1 }, { internalDateMs: 2 }, { internalDateMs: 2 }], [2, 3, 1]],
    ['rfc5256 2.2: DATE, arrival where there is none', by('DATE'), [{ sentDateMs: 5, internalDateMs: 0 }, { internalDateMs: 3 }], [2, 1]],
    ['rfc5256 3: a later key decides', by('SIZE', '-ARRIVAL'), [{ octetCount: 1, internalDateMs: 1 }, { octetCount: 1, internalDateMs: 2 }, { octetCount: 0 }], [3, 2, 1]],
    ['rfc5256 3: SUBJECT is the base subject in any case', by('SUBJECT'), [{ subject: 'b' }, { subject: 'Re: A' }, {}, { subject: 'a (fwd)' }], [3, 2, 4, 1]],
    ['rfc5256 3: FROM is the mailbox of the first address', by('FROM'), [{ from: [address({ mailbox: 'b', name: 'A' })] }, { from: [address({ mailbox: 'A' }), address({ mailbox: 'z' })] }, {}], [3, 2, 1]],
    ['rfc5256 3: TO', by('TO'), [{ to: [address({ mailbox: 'b' })] }, { to: [address({ mailbox: 'a' })] }], [2, 1]],
    ['rfc5256 3: CC', by('-CC'), [{ cc: [address({ mailbox: 'a' })] }, { cc: [address({ mailbox: 'b' })] }], [2, 1]],
    ['rfc5957 3: DISPLAYFROM is the name, else the address', by('DISPLAYFROM'), [{ from: [address({ mailbox: 'a', name: 'zoe' })] }, { from: [address({ mailbox: 'm' })] }], [2, 1]],
    ['imaptest sort-display-to: a group by its name', by('DISPLAYTO'), [
      { to: [address({ name: 'foo bar' })] }, { to: [address({ mailbox: 'b', host: 'c.d' })] }, { to: [address({ mailbox: 'a', host: undefined }), address({ mailbox: 'xx' })] },
    ], [3, 2, 1]],
    ['equal messages by number', by('SIZE'), [{ number: 9 }, { number: 4 }, { number: 7 }], [4, 7, 9]],
    ['no criterion: by number', [], [{ number: 9 }, { number: 4 }], [4, 9]],
  ])('%s', (_name, criteria, given, expected) => {
    expect(sortMessages(given.map((each, index) => message(index + 1, each)), criteria).map(({ number }) => number)).toEqual(expected);
  });

  test('rfc5256 3: 20,000 messages are in order, whatever order they come in', () => {
    const random = new SeededRandom(5256);
    const messages = [...Array(20_000).keys()].map((index) => message(index, { octetCount: random.integer(0, 100), subject: random.text('ab', 2) }));
    const sorted = sortMessages(messages, by('SUBJECT', '-SIZE'));
    const rank = ({ subject, octetCount, number }: SortableMessage): string => `${subject} ${String(1000 - octetCount).padStart(4, '0')} ${String(number).padStart(6, '0')}`;
    expect(sorted.map(rank)).toEqual(sorted.map(rank).sort());
  });

  test('what no criterion asks for is not looked at', () => {
    const dear = { ...message(1), get subject(): string { throw new Error('looked at'); } };
    expect(sortMessages([dear], by('SIZE'))).toHaveLength(1);
  });

  test('a key that is none -> TypeError', () => {
    expect(() => sortMessages([message(1)], [{ key: 'COLOUR' as SortKey, reverse: false }])).toThrow(TypeError);
  });
});
