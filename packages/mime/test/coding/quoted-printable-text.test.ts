/** Quoted-printable read to text in one pass: the same as in two steps, or nothing. */
import { describe, expect, test } from 'vitest';
import { decodeText, encodeQuotedPrintable, parseMessage } from '@mailwright/mime';
import { SeededRandom } from '../../../testing/src/seeded-random.ts';
import { decodeQuotedPrintableBody } from '../../src/coding/quoted-printable-decode.ts';
import { decodeQuotedPrintableText } from '../../src/coding/quoted-printable-text.ts';

const octets = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'latin1'));
const inTwoSteps = (body: Uint8Array, declared: string | undefined) => decodeText(decodeQuotedPrintableBody(body).octets, declared);

describe('decodeQuotedPrintableText', () => {
  test.each([
    ['nothing', '', ''],
    ['plain text', 'Hello,\r\nworld\r\n', 'Hello,\r\nworld\r\n'],
    ['one, two, three and four octets', 'a=C3=BC=E2=82=AC=f0=9f=98=80z', 'aü€😀z'],
    ['Latin-1 and nothing else', 'gr=C3=BC=C3=9Fe aus K=C3=B6ln', 'grüße aus Köln'],
    ['soft line breaks, one without CR', 'ab=\r\ncd=\nef', 'abcdef'],
    ['a character cut by a soft line break', '=E2=\r\n=82=\r\n=AC', '€'],
    ['escaped white space and line ends', 'a=20\r\n=0D=0A=09', 'a \r\n\r\n\t'],
    ['a mark at the beginning', '=EF=BB=BFa', 'a'],
    ['the first and the last code points of each length', '=7F=C2=80=DF=BF=E0=A0=80=ED=9F=BF=EE=80=80=EF=BF=BF=F0=90=80=80=F4=8F=BF=BF', '\x7f\u0080\u07ff\u0800\ud7ff\ue000\uffff\u{10000}\u{10ffff}'],
  ])('rfc2045 6.7: %s', (_, body, text) => {
    const expected = { text, declared: 'UTF-8', used: 'utf-8', replacements: 0 };
    expect(decodeQuotedPrintableText(octets(body), 'UTF-8')).toEqual(expected);
    expect(inTwoSteps(octets(body), 'UTF-8')).toEqual(expected);
  });

  test.each([
    ['an octet above 127', 'gr\xc3\xbc'], ['an equals sign that encodes nothing', 'a=b'], ['an equals sign at the end', 'a='], ['white space at the end of a line', 'a \r\nb'],
    ['white space at the end', 'a\t'], ['white space behind an equals sign', 'a= \r\nb'], ['a continuation alone', '=BF'], ['an overlong form', '=C0=80'], ['an overlong form of three', '=E0=9F=BF'],
    ['a surrogate', '=ED=A0=80'], ['above U+10FFFF', '=F4=90=80=80'], ['a character that is not over', '=E2=82'], ['a character cut by text', '=E2=82a=AC'],
  ])('%s -> left to the two steps', (_, body) => {
    expect(decodeQuotedPrintableText(octets(body), 'utf-8')).toBeUndefined();
    const [part] = parseMessage(octets(`Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n${body}`)).parts;
    expect(part!.text()).toEqual(inTwoSteps(octets(body), 'utf-8'));
  });

  test('another charset, or none -> left to the two steps', () => {
    expect([decodeQuotedPrintableText(octets('a'), 'iso-8859-2'), decodeQuotedPrintableText(octets('a'), undefined)]).toEqual([undefined, undefined]);
  });

  test.each([65_536, 65_537, 300_000])('a body of about %i octets: a text stays as it is when another is read', (count) => {
    const body = octets('=C3=BC=E2=82=AC text\r\n'.repeat(count / 22 + 1).slice(0, count - 1).replace(/=?[^=]{0,2}$/, '').trimEnd());
    const first = decodeQuotedPrintableText(body, 'utf-8');
    expect(first).toEqual(inTwoSteps(body, 'utf-8'));
    decodeQuotedPrintableText(octets('x'.repeat(1000)), 'utf-8');
    expect(first).toEqual(inTwoSteps(body, 'utf-8'));
  });

  test('generated texts, written by this package', () => {
    const random = new SeededRandom(6_7);
    for (let run = 0; run < 500; run++) {
      const text = random.text('ab =.\r\nüß€漢😀', random.integer(0, 200)).replace(/\r?\n|\r/g, '\r\n');
      const body = octets(encodeQuotedPrintable(text));
      const read = decodeQuotedPrintableText(body, 'utf-8');
      expect(read).toEqual(inTwoSteps(body, 'utf-8'));
    }
  });

  test('generated octets: the same as in two steps, or nothing', () => {
    const random = new SeededRandom(2045);
    let read = 0;
    for (let run = 0; run < 5000; run++) {
      const body = octets(Array.from({ length: random.integer(0, 12) }, () => random.pick(['a', 'text', ' ', '\t', '=', '=\r\n', '=\n', '\r\n', '\n', '\r', '=C3', '=BC', '=E2', '=82', '=AC', '=F0=9F=98=80', '=41', '=4', '\xfc', '=ed=a0=80'])).join(''));
      const text = decodeQuotedPrintableText(body, 'utf-8');
      if (text === undefined) continue;
      read++;
      expect(text).toEqual(inTwoSteps(body, 'utf-8'));
    }
    expect(read).toBeGreaterThan(500);
  });
});
