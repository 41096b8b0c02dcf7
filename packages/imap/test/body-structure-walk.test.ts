import { describe, expect, test } from 'vitest';
import { readBodyStructure } from '../src/body-structure-parse.ts';
import { findText, mimeHeaderOf, partsOf, sectionOf } from '../src/body-structure-walk.ts';
import type { BodyStructure } from '../src/body-structure.ts';
import { formatSection } from '../src/section.ts';
import { readAll } from './fetch/frames.ts';

const read = (wire: string): BodyStructure => readAll(wire, readBodyStructure)!;
const part = (type: string, subtype: string, rest: string = 'NIL') => `("${type}" "${subtype}" NIL NIL NIL "7bit" 5 ${type === 'text' ? '1 ' : ''}NIL ${rest} NIL NIL)`;
const PLAIN = part('text', 'plain');
const HTML = part('text', 'html');
const IMAGE = part('image', 'png');
const MESSAGE = `("message" "rfc822" NIL NIL NIL "7bit" 9 (NIL NIL NIL NIL NIL NIL NIL NIL NIL NIL) (${PLAIN}${HTML} "alternative") 1 NIL NIL NIL NIL)`;
const numbers = (parts: Iterable<BodyStructure>) => [...parts].map((each) => each.part);

describe('partsOf', () => {
  const structure = read(`(${PLAIN}${MESSAGE}(${HTML}${IMAGE} "related") "mixed")`);

  test('the root first, then the parts in the order of the message, those of attached messages too', () => {
    expect(numbers(partsOf(structure))).toEqual(['', '1', '2', '2.TEXT', '2.1', '2.2', '3', '3.1', '3.2']);
  });

  test('attached messages can be left alone', () => {
    expect(numbers(partsOf(structure, { intoMessages: false }))).toEqual(['', '1', '2', '3', '3.1', '3.2']);
  });
});

describe('sectionOf and mimeHeaderOf', () => {
  test.each([
    ['', 'TEXT', 'HEADER'],
    ['1', '1', '1.MIME'],
    ['2.3', '2.3', '2.3.MIME'],
    ['2.TEXT', '2.TEXT', '2.HEADER'],
  ])('rfc9051 6.4.5.1: part %j is section %s, its header %s', (number, section, header) => {
    expect(formatSection(sectionOf({ part: number }))).toBe(section);
    expect(formatSection(mimeHeaderOf({ part: number }))).toBe(header);
  });

  test('what is no part number throws a TypeError', () => {
    expect(() => sectionOf({ part: '1..2' })).toThrow(TypeError);
  });
});

describe('findText', () => {
  const ATTACHED = '("attachment" ("filename" "a.txt"))';
  const NAMED = '("inline" ("filename*0*" "utf-8\'\'a"))';
  test.each<[string, string, { text: string[]; html: string[]; attachments: string[] }]>([
    ['a text alone', PLAIN, { text: ['1'], html: ['1'], attachments: [] }],
    ['HTML alone', HTML, { text: ['1'], html: ['1'], attachments: [] }],
    ['an image alone is shown', IMAGE, { text: ['1'], html: ['1'], attachments: [] }],
    ['a PDF alone', part('application', 'pdf'), { text: [], html: [], attachments: ['1'] }],
    ['both forms of a text', `(${PLAIN}${HTML} "alternative")`, { text: ['1'], html: ['2'], attachments: [] }],
    ['an alternative with HTML alone', `(${HTML} "alternative")`, { text: ['1'], html: ['1'], attachments: [] }],
    ['an alternative with a calendar', `(${PLAIN}${HTML}${part('text', 'calendar')} "alternative")`, { text: ['1'], html: ['2'], attachments: ['3'] }],
    ['HTML with its images', `((${PLAIN}(${HTML}${IMAGE} "related") "alternative")${part('application', 'pdf', ATTACHED)} "mixed")`,
      { text: ['1.1'], html: ['1.2.1'], attachments: ['1.2.2', '2'] }],
    ['a text with a signature under an image', `(${PLAIN}${IMAGE}${PLAIN} "mixed")`, { text: ['1', '2', '3'], html: ['1', '2', '3'], attachments: [] }],
    ['an attached text', `(${PLAIN}${part('text', 'plain', ATTACHED)} "mixed")`, { text: ['1'], html: ['1'], attachments: ['2'] }],
    ['a later text with a name, as RFC 2231 writes it', `(${PLAIN}${part('text', 'plain', NAMED)} "mixed")`, { text: ['1'], html: ['1'], attachments: ['2'] }],
    ['a first text with a name is shown', `(${part('text', 'plain', NAMED)}${IMAGE} "mixed")`, { text: ['1', '2'], html: ['1', '2'], attachments: [] }],
    ['an attached message, not looked into', `(${PLAIN}${MESSAGE} "mixed")`, { text: ['1'], html: ['1'], attachments: ['2'] }],
    ['an image behind HTML in one alternative', `((${PLAIN}(${HTML}${IMAGE} "mixed") "alternative") "mixed")`, { text: ['1.1'], html: ['1.2.1', '1.2.2'], attachments: ['1.2.2'] }],
    ['a multipart without parts', '("multipart" "mixed" NIL NIL NIL "7bit" 9 NIL)', { text: [], html: [], attachments: [] }],
  ])('rfc8621 4.1.4: %s', (_, wire, { text, html, attachments }) => {
    const found = findText(read(wire));
    expect({ text: numbers(found.textBody), html: numbers(found.htmlBody), attachments: numbers(found.attachments) }).toEqual({ text, html, attachments });
  });

  test('rfc8621 4.1.4: the example with everything in it', () => {
    const [A, B, C, D, E, F, G, H, J, K] = [
      PLAIN, PLAIN, part('image', 'jpeg', '("inline" NIL)'), PLAIN, HTML, IMAGE, part('image', 'jpeg', '("attachment" NIL)'), part('application', 'x-excel'), MESSAGE, PLAIN,
    ];
    const wire = `(${A}((${B}${C}${D} "mixed")(${E}${F} "related") "alternative")${G}${H}${J}${K} "mixed")`;
    const found = findText(read(wire));
    expect(numbers(found.textBody)).toEqual(['1', '2.1.1', '2.1.2', '2.1.3', '6']);
    expect(numbers(found.htmlBody)).toEqual(['1', '2.2.1', '6']);
    expect(numbers(found.attachments)).toEqual(['2.1.2', '2.2.2', '3', '4', '5']);
  });
});
