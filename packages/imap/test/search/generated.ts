/** Search expressions by chance: the keys of the base protocol and of the extensions, any texts. */
import type { SeededRandom } from '../../../testing/src/seeded-random.ts';
import { type CalendarDate, dayAfter1970 } from '../../src/dates.ts';
import type { SearchKey } from '../../src/search/search-key.ts';
import { type MessageSet, type NumberRange, STAR } from '../../src/sequence-set.ts';
import type { ValueWriter } from '../../src/value-writer.ts';
import type { Frame } from '../../src/frame.ts';
import { encodeUtf8 } from '@mailwright/wire';

const TEXT = 'abcXYZ 0129"\\(){}%*]\r\nÄß日😀';

export function generatedText(random: SeededRandom): string {
  return [...Array(random.integer(0, 12)).keys()].map(() => random.pick([...TEXT])).join('');
}

export function generatedDate(random: SeededRandom): CalendarDate {
  return dayAfter1970(random.integer(-700_000, 2_900_000));
}

export function generatedSet(random: SeededRandom): MessageSet {
  if (random.chance(0.1)) return '$';
  return [...Array(random.integer(1, 4)).keys()].map((): NumberRange => {
    const first = random.integer(1, 1000);
    return random.pick<NumberRange>([[first, first], [first, first + random.integer(1, 99)], [first, STAR], [STAR, STAR]]);
  });
}

export function generatedKey(random: SeededRandom, depth: number = 4): SearchKey {
  const nested = (): SearchKey => generatedKey(random, depth - 1);
  const groups: (() => SearchKey)[] = [
    () => ({ key: 'NOT', not: nested() }),
    () => ({ key: 'OR', left: nested(), right: nested() }),
    () => ({ key: 'AND', keys: [...Array(random.integer(1, 3)).keys()].map(nested) }),
    () => ({ key: 'FUZZY', search: nested() }),
  ];
  const singles: (() => SearchKey)[] = [
    () => ({ key: random.pick(['ALL', 'ANSWERED', 'DELETED', 'DRAFT', 'FLAGGED', 'SEEN', 'UNANSWERED', 'UNDELETED', 'UNDRAFT', 'UNFLAGGED', 'UNSEEN', 'NEW', 'OLD', 'RECENT']) }),
    () => ({ key: random.pick(['BCC', 'BODY', 'CC', 'FROM', 'SUBJECT', 'TEXT', 'TO']), value: generatedText(random) }),
    () => ({ key: random.pick(['BEFORE', 'ON', 'SINCE', 'SENTBEFORE', 'SENTON', 'SENTSINCE']), date: generatedDate(random) }),
    () => ({ key: random.pick(['LARGER', 'SMALLER']), octetCount: random.integer(0, 1_000_000) }),
    () => ({ key: random.pick(['KEYWORD', 'UNKEYWORD']), flag: random.pick(['$Junk', 'NIL', 'custom']) }),
    () => ({ key: 'HEADER', field: random.pick(['X-Spam', 'Message-ID', 'from']), value: generatedText(random) }),
    () => ({ key: 'UID', set: generatedSet(random) }),
    () => ({ key: 'SEQUENCE', set: generatedSet(random) }),
    () => ({ key: random.pick(['OLDER', 'YOUNGER']), seconds: random.integer(1, 100_000) }),
    () => ({ key: 'FILTER', filter: random.pick(['on-the-road', 'x']) }),
  ];
  return random.pick(depth > 0 && random.chance(0.5) ? groups : singles)();
}

/** What was written, as the frame that comes out at the other end. */
export function frameOf(writer: ValueWriter): Frame {
  const parts = writer.finish().map((piece) => {
    if (typeof piece === 'string') return encodeUtf8(piece);
    if (piece.type === 'pending-literal') throw new Error('no literal is pending here');
    return Buffer.concat([encodeUtf8(`{${piece.octets.length}}\r\n`), piece.octets]);
  });
  return { octets: new Uint8Array(Buffer.concat(parts)), streamed: [], complete: true };
}

export function textFrame(text: string): Frame {
  return { octets: encodeUtf8(text), streamed: [], complete: true };
}
