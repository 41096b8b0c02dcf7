import { describe, expect, test } from 'vitest';
import { fetchClaim, isFlagsAlone } from '../../src/client/fetch-claim.ts';
import { isRouted } from '../../src/client/response-router.ts';
import type { FetchData } from '../../src/fetch/fetch-data.ts';
import { emptyFetchData } from '../../src/make-values.ts';
import { allCommands, allData } from '../../src/tables.ts';
import { command } from './client-subject.ts';

test('every kind of data there is comes unasked, or some command is answered with it', () => {
  const commands = [...allCommands()].map(({ name }) => name);
  expect([...allData()].map(({ name }) => name).filter((name) => !isRouted(name, commands))).toEqual([]);
});

const data = (fields: Partial<FetchData>): FetchData => ({ ...emptyFetchData(), ...fields });
const FLAGS = data({ flags: [] });
const SIZE = data({ rfc822Size: 4 });
const TEXT = data({ sections: [{ section: { part: [], text: { type: 'TEXT' } }, origin: undefined, octets: undefined }] });
const BODY = data({ body: { kind: 'multipart' } as never });
const invalid = (...names: readonly string[]): FetchData['invalid'] => names.map((name) => ({ name, value: { type: 'invalid', raw: new Uint8Array(1), expected: 'a string', at: 0 } }));
const UID_ONLY = data({ uid: 7, modseq: 5n });

describe('what a FETCH response answers', () => {
  test.each<[string, string, FetchData, { number: number; uid: number | undefined; last?: boolean }, boolean]>([
    ['a number in the set', 'FETCH 2:4,9 RFC822.SIZE', SIZE, { number: 9, uid: undefined }, true],
    ['a number outside of it', 'FETCH 2:4,9 RFC822.SIZE', SIZE, { number: 5, uid: 3 }, false],
    ['a UID in the set', 'UID FETCH 9,2:4 RFC822.SIZE', SIZE, { number: 8, uid: 3 }, true],
    ['a UID outside of it, the number in it', 'UID FETCH 2:4 RFC822.SIZE', SIZE, { number: 3, uid: 8 }, false],
    ['"*": the last message', 'FETCH * RFC822.SIZE', SIZE, { number: 8, uid: 8, last: true }, true],
    ['"*": not the last message', 'FETCH * RFC822.SIZE', SIZE, { number: 7, uid: 8 }, false],
    ['"9:*" where 8 is the last: the last message', 'UID FETCH 9:* RFC822.SIZE', SIZE, { number: 4, uid: 8, last: true }, true],
    ['"$": any message', 'FETCH $ RFC822.SIZE', SIZE, { number: 7, uid: 8 }, true],
    ['something it did not ask for', 'FETCH 7 ENVELOPE', SIZE, { number: 7, uid: 8 }, false],
    ['the answer to a macro', 'FETCH 7 FAST', SIZE, { number: 7, uid: 8 }, true],
    ['flags, which it asked for', 'FETCH 7 (FLAGS ENVELOPE)', FLAGS, { number: 7, uid: 8 }, true],
    ['flags, which it did not', 'FETCH 7 ENVELOPE', FLAGS, { number: 7, uid: 8 }, false],
    ['flags after STORE', 'STORE 7 +FLAGS (\\Seen)', FLAGS, { number: 7, uid: 8 }, true],
    ['flags without a UID after a UID command: news', 'UID FETCH 7 FLAGS', FLAGS, { number: 7, uid: undefined }, false],
    ['other things without a UID after a UID command: the answer', 'UID FETCH 7 RFC822.SIZE', SIZE, { number: 7, uid: undefined }, true],
    ['a UID, which comes with everything', 'FETCH 7 ENVELOPE', UID_ONLY, { number: 7, uid: 7 }, false],
    ['a UID, where nothing else was asked for', 'FETCH 7 UID', UID_ONLY, { number: 7, uid: 7 }, true],
    ['BODY in place of BODYSTRUCTURE', 'FETCH 7 BODYSTRUCTURE', BODY, { number: 7, uid: 7 }, true],
    ['BODY[TEXT] in place of RFC822.TEXT', 'FETCH 7 RFC822.TEXT', TEXT, { number: 7, uid: 7 }, true],
    ['an ENVELOPE that can not be read: it is the answer', 'FETCH 7 ENVELOPE', data({ invalid: invalid('ENVELOPE') }), { number: 7, uid: 7 }, true],
    ['a section that can not be read', 'FETCH 7 BODY[]', data({ invalid: invalid('BODY[]') }), { number: 7, uid: 7 }, true],
    ['a part that can not be read', 'FETCH 7 BINARY[1]', data({ invalid: invalid('BINARY[]') }), { number: 7, uid: 7 }, true],
    ['something else that can not be read', 'FETCH 7 ENVELOPE', data({ invalid: invalid('BODYSTRUCTURE') }), { number: 7, uid: 7 }, false],
  ])('%s', (_, text, fetched, { number, uid, last = false }, fits) => {
    expect(fetchClaim(command(text))!.fits(fetched, { sequenceNumber: number, uid, last })).toBe(fits);
  });

  test('flags beside something that can not be read are no news of flags alone', () => {
    expect(isFlagsAlone(data({ flags: [], invalid: invalid('ENVELOPE') }))).toBe(false);
    expect(isFlagsAlone(data({ flags: [], invalid: invalid('') }))).toBe(true);
  });

  test('sections: names of header fields in any case and order', () => {
    const claim = fetchClaim(command('FETCH 1 BODY[1.HEADER.FIELDS (From To)]'))!;
    expect(claim.asksSection([{ part: [1], text: { type: 'HEADER.FIELDS', fields: ['TO', 'FROM'] } }])).toBe(true);
    expect(claim.asksSection([{ part: [2], text: { type: 'HEADER.FIELDS', fields: ['TO', 'FROM'] } }])).toBe(false);
  });

  test('commands that ask for no FETCH', () => {
    expect(['NOOP', 'SELECT INBOX', 'UID COPY 1 x'].map((text) => fetchClaim(command(text)))).toEqual([undefined, undefined, undefined]);
  });
});
