/** Dates that are broken, message identifiers, Received, List-*, MIME-Version: reading. */
import { describe, expect, test } from 'vitest';
import { formatDate, parseDate, parseListHeader, parseListId, parseMessageIds, parseMimeVersion, parseReceived, salvageDate } from '@mailwright/mime';
import { SeededRandom } from '../../../testing/src/seeded-random.ts';
import { splitComments, withoutComments } from '../../src/header/comment-split.ts';

describe('salvageDate', () => {
  test('rfc5322 3.3: a good date has no defect', () => {
    expect(salvageDate('Fri, 21 Nov 1997 09:55:06 -0600')).toEqual({ date: { time: Date.UTC(1997, 10, 21, 15, 55, 6), offsetMinutes: -360 }, defects: [] });
  });

  test.each([
    ['no comma', 'Fri 21 Nov 1997 09:55:06 -0600', 'Fri, 21 Nov 1997 09:55:06 -0600'],
    ['the form of asctime', 'Sat Mar 24 21:23:03 2007', 'Sat, 24 Mar 2007 21:23:03 +0000'],
    ['the form of date(1)', 'Sat Mar 24 21:23:03 EDT 2007', 'Sat, 24 Mar 2007 21:23:03 -0400'],
    ['dashes and digits', '17-6-2008 17:10:08', 'Tue, 17 Jun 2008 17:10:08 +0000'],
    ['the form of IMAP', '17-Jun-2008 17:10:08 +0200', 'Tue, 17 Jun 2008 17:10:08 +0200'],
    ['rfc3339 5.6: with Z', '2008-06-17T17:10:08Z', 'Tue, 17 Jun 2008 17:10:08 +0000'],
    ['rfc3339 5.6: with a zone and parts of seconds', '2008-06-17 17:10:08.123+02:00', 'Tue, 17 Jun 2008 17:10:08 +0200'],
    ['the month in full', 'Tue, 21 April 15 14:44:51 GMT', 'Tue, 21 Apr 2015 14:44:51 +0000'],
    ['no time', 'Fri, 8 May 2015', 'Fri, 8 May 2015 00:00:00 +0000'],
    ['a time that there is not is midnight', '2015 May 9 25:00:00 -0400', 'Sat, 9 May 2015 00:00:00 -0400'],
    ['month before day', 'May 9 2015 5:00:00 -0400', 'Sat, 9 May 2015 05:00:00 -0400'],
    ['a zone without its sign', 'Sat, Sep 10 2022 12:59:19 0400', 'Sat, 10 Sep 2022 12:59:19 +0400'],
    ['a zone of too many digits', 'Sat, 10 Sep 2022 12:59:19 -1234567890123456789', 'Sat, 10 Sep 2022 12:59:19 +0000'],
    ['midnight by AM', 'Fri, 28 Feb 2025 12:15:00 AM -0500', 'Fri, 28 Feb 2025 00:15:00 -0500'],
    ['noon by PM', 'Feb 28 2025 12:30:00 PM -0500', 'Fri, 28 Feb 2025 12:30:00 -0500'],
    ['PM that touches', 'Feb 28 2025 11:30PM', 'Fri, 28 Feb 2025 23:30:00 +0000'],
    ['61 seconds', 'Fri, 28 Feb 2025 23:59:61 -0500', 'Fri, 28 Feb 2025 00:00:00 -0500'],
    ['the zone of JavaScript', 'Fri Feb 28 2025 23:59:01 GMT+0100 (CET)', 'Fri, 28 Feb 2025 23:59:01 +0100'],
    ['a zone with a colon', '2025-02-28 23:59:01 -03:30', 'Fri, 28 Feb 2025 23:59:01 -0330'],
    ['an open comment', 'Fri, 28 Feb 2025 23:59:01 -0500 (EST', 'Fri, 28 Feb 2025 23:59:01 -0500'],
  ])('%s', (_, input, expected) => {
    expect(parseDate(input)).toBeUndefined();
    const { date, defects } = salvageDate(input);
    expect(date && formatDate(date.time, date.offsetMinutes)).toBe(expected);
    expect(defects.map(({ code }) => code)).toEqual(['MIME_BAD_DATE']);
  });

  test.each(['', 'yesterday', 'Fri, 21  1997 09:55:06 -0600', '30 Feb 2024 10:00:00 +0000', '1/2/2024', '5-13-2024', '10:00', `${' '.repeat(300)}1 Jan 2024 10:00:00 +0000`])('%j is none', (input) => {
    expect(salvageDate(input).date).toBeUndefined();
  });

  test('whatever comes: no throw', () => {
    const random = new SeededRandom(3339);
    for (let round = 0; round < 2000; round++) {
      const text = Array.from({ length: random.integer(0, 8) }, () => random.pick(['1', '31', '2024', 'Feb', 'Mon,', '10:00', '24:60:61', '+0100', 'PM', 'Z', '-', '(', '99', '1-2-3'])).join(' ');
      const { date } = salvageDate(text);
      if (date !== undefined) expect(Number.isFinite(date.time)).toBe(true);
    }
  });
});

describe('parseMessageIds', () => {
  test.each([
    ['rfc5322 3.6.4: one', '<a@b.test>', ['a@b.test'], []],
    ['rfc5322 3.6.4: several, folded', '<a@b>\r\n <c@d>\t<e@f>', ['a@b', 'c@d', 'e@f'], []],
    ['rfc5322 4.5.4: words between', 'Your message of "Mon, 1 Jan" <a@b> and <c@d>', ['a@b', 'c@d'], []],
    ['comments', '(see <x@y>) <a@b> (c)', ['a@b'], []],
    ['parentheses in an identifier', '<a(1)@b>', ['a(1)@b'], []],
    ['a quoted left side', '<"a b"@c>', ['"a b"@c'], []],
    ['commas between', '<a@b>,<c@d>', ['a@b', 'c@d'], []],
    ['nothing', ' ', [], []],
    ['no brackets', 'a@b', ['a@b'], [0]],
    ['no at sign', '<abc>', ['abc'], [0]],
    ['white space inside, as of folding', '<a\r\n b@c>', ['ab@c'], [0]],
    ['no end', '<a@b', ['a@b'], [0]],
    ['no end, twice', '<a@b <c@d', ['a@b', 'c@d'], [0, 5]],
    ['no end before the next', '<a@b <c@d>', ['a@b', 'c@d'], [0]],
    ['empty brackets', '<> <a@b>', ['a@b'], [0]],
    ['words', 'none at all', [], [0]],
  ])('%s', (_, input, ids, offsets) => {
    const read = parseMessageIds(input);
    expect(read.ids).toEqual(ids);
    expect(read.defects.map(({ code, offset }) => [code, offset])).toEqual(offsets.map((offset) => ['MIME_BAD_MESSAGE_ID', offset]));
  });

  test.each(['<', '>', '<a@b>', '<a@b ', '(', '()', '"', '<"'])('%j, half a million characters of it, is read', (piece) => {
    expect(parseMessageIds(piece.repeat(500_000 / piece.length)).defects.length).toBeLessThanOrEqual(100);
  });
});

describe('parseReceived', () => {
  test('rfc5321 4.4: all clauses', () => {
    const text = 'from client.example.com (mail.example.com [192.0.2.1])\r\n\tby mx.example.org (Postfix) via TCP with ESMTPSA id 4ABC\r\n\tfor <jane@example.org>; Fri, 21 Nov 1997 09:55:06 -0600 (CST; central)';
    expect(parseReceived(text)).toEqual({
      from: 'client.example.com', fromComment: 'mail.example.com [192.0.2.1]', fromAddress: '192.0.2.1', by: 'mx.example.org', byComment: 'Postfix',
      via: 'TCP', with: 'ESMTPSA', id: '4ABC', for: 'jane@example.org', tls: true,
      date: { time: Date.UTC(1997, 10, 21, 15, 55, 6), offsetMinutes: -360 }, comments: ['mail.example.com [192.0.2.1]', 'Postfix'], defects: [],
    });
  });

  test.each([
    ['Google', 'by 2002:a05:6000:1b8b:0:0:0:0 with SMTP id r11csp123wru; Mon, 1 Jan 2024 10:00:00 -0800 (PST)', { from: undefined, by: '2002:a05:6000:1b8b:0:0:0:0', with: 'SMTP', id: 'r11csp123wru', tls: false }],
    ['Exim', 'from [192.0.2.7] (helo=there)\r\n\tby mx.example.org with esmtps  (TLS1.3) tls TLS_AES_256_GCM_SHA384\r\n\t(Exim 4.96)\r\n\t(envelope-from <a@b.test>)\r\n\tid 1abc-0001; Mon, 01 Jan 2024 10:00:00 +0000', { from: '[192.0.2.7]', fromAddress: '192.0.2.7', with: 'ESMTPS', id: '1abc-0001', tls: true }],
    ['Postfix with TLS in a comment', 'from x.test (x.test [IPv6:2001:db8::1])\r\n (using TLSv1.3 with cipher X (256/256 bits))\r\n by y.test with SMTP id 1; Mon, 1 Jan 2024 10:00:00 +0000', { fromComment: 'x.test [IPv6:2001:db8::1]', fromAddress: '2001:db8::1', with: 'SMTP', tls: true }],
    ['qmail', '(qmail 1234 invoked by uid 89); 1 Jan 2024 10:00:00 -0000', { from: undefined, by: undefined, comments: ['qmail 1234 invoked by uid 89'] }],
    ['a value like a clause', 'from by by from.test; 1 Jan 2024 10:00:00 +0000', { from: 'by', by: 'from.test' }],
    ['a clause twice', 'from a.test from b.test by c.test; 1 Jan 2024 10:00:00 +0000', { from: 'a.test', by: 'c.test' }],
    ['a recipient without brackets', 'by a.test for jane@example.org; 1 Jan 2024 10:00:00 +0000', { for: 'jane@example.org' }],
  ])('%s', (_, text, expected) => {
    expect(parseReceived(text)).toMatchObject({ ...expected, defects: [] });
  });

  test.each([
    ['no date', 'from a by b', undefined],
    ['nothing', '', undefined],
    ['a bad date', 'from a by b; Jan 1 2024 10:00:00', Date.UTC(2024, 0, 1, 10)],
  ])('%s', (_, text, time) => {
    const { date, defects } = parseReceived(text);
    expect([date?.time, defects.map(({ code }) => code)]).toEqual([time, ['MIME_BAD_DATE']]);
  });
});

describe('mailing lists', () => {
  test.each([
    ['rfc2369 3.2: two URIs and a comment', '(Use this) <https://example.com/u?x=(1)>,\r\n <mailto:leave@example.com?subject=leave> (or that)', ['https://example.com/u?x=(1)', 'mailto:leave@example.com?subject=leave'], false],
    ['rfc2369 2: white space inside goes', '<https://example.com/\r\n long>', ['https://example.com/long'], false],
    ['rfc2369 3.4: NO', ' NO (posting not allowed on this list)', [], true],
    ['a URI in a comment is none', '(<https://example.com/>) <mailto:a@b>', ['mailto:a@b'], false],
    ['not closed', '<https://example.com/>, <mailto:a@b', ['https://example.com/'], false],
    ['no brackets', 'https://example.com/', [], false],
    ['empty brackets', '<>', [], false],
  ])('parseListHeader: %s', (_, text, uris, isNo) => {
    expect(parseListHeader(text)).toEqual({ uris, isNo });
  });

  test('parseListHeader: 100 URIs at most', () => {
    expect(parseListHeader('<a:b>'.repeat(1000)).uris).toHaveLength(100);
  });

  test.each([
    ['rfc2919 3: a name', 'List Header Mailing List <list-header.NISTO.com>', { id: 'list-header.nisto.com', name: 'List Header Mailing List' }],
    ['rfc2919 3: none', '<commonspace-users.list-id.within.com>', { id: 'commonspace-users.list-id.within.com', name: undefined }],
    ['rfc2919 3: in quotes, with a comment', '"Lena\'s \\"Personal\\" <Joke> List" (x)\r\n <lenas-jokes.example.com>', { id: 'lenas-jokes.example.com', name: 'Lena\'s "Personal" <Joke> List' }],
    ['words in quotes and words without', 'The "Joke \\"s" list "of <x>" <a.b>', { id: 'a.b', name: 'The Joke "s list of <x>' }],
    ['quotes that are not closed', '"My list <a.b>', { id: 'a.b', name: '"My list' }],
    ['an encoded name', '=?utf-8?Q?J=C3=B6rgs?= <a.b>', { id: 'a.b', name: 'Jörgs' }],
    ['deviation: no brackets', ' a.B ', { id: 'a.b', name: undefined }],
    ['nothing in the brackets', 'x <>', undefined],
    ['not closed', 'x <a.b', undefined],
    ['nothing', '', undefined],
  ])('parseListId: %s', (_, text, expected) => {
    expect(parseListId(text)).toEqual(expected);
  });
});

describe('parseMimeVersion', () => {
  test.each([
    ['rfc2045 4', '1.0', { major: 1, minor: 0 }],
    ['rfc2045 4: comments', '1.(produced by MetaSend Vx.x)0 (x)', { major: 1, minor: 0 }],
    ['white space', ' 1 . 1 ', { major: 1, minor: 1 }],
    ['no point', '1', undefined],
    ['words', 'one.zero', undefined],
    ['nothing', '', undefined],
  ])('%s', (_, text, expected) => {
    expect(parseMimeVersion(text)).toEqual(expected);
  });
});

describe('comments', () => {
  test.each([
    ['nested, with quoted pairs', 'a(b(c)\\)d)e', 'a e'],
    ['in a quoted string is none', '"a(b)" (c)', '"a(b)"  '],
    ['a quote in a comment', '(a"b) c"d(e)"', '  c"d(e)"'],
    ['not closed', 'a (b "c', 'a (b "c'],
  ])('withoutComments: %s', (_, text, expected) => {
    expect(withoutComments(text)).toBe(expected);
  });

  test('the pieces are the text', () => {
    const random = new SeededRandom(5322);
    for (let round = 0; round < 2000; round++) {
      const text = random.text('ab ()\\"<>', random.integer(0, 20));
      const pieces = splitComments(text);
      expect(pieces.map((piece) => (piece.kind === 'comment' ? `(${piece.text})` : piece.text)).join('')).toBe(text);
      for (const piece of pieces) expect(text.startsWith(piece.kind === 'comment' ? '(' : piece.text, piece.start)).toBe(true);
    }
  });
});
