/** `dkimImpact` against an oracle that works out what each signature hashes, with regular expressions on strings, before and after seeded edits. */
import { encodeLatin1, latin1 } from '@mailwright/wire';
import { expect, test } from 'vitest';
import { SeededRandom } from '../../../testing/src/seeded-random.ts';
import { dkimImpact } from '../../src/edit/dkim-impact.ts';
import { editMessage } from '../../src/edit/edit-message.ts';

const NAMES = ['From', 'To', 'Subject', 'X-A', 'Received'];

interface Signature { readonly field: string; readonly h: readonly string[]; readonly header: string; readonly body: string; readonly l: number }

function generate(random: SeededRandom): string {
  const value = (): string => random.pick(['a', ' a  b ', 'c\r\n d', '\te\r\n\t f\t', '', 'g ']);
  const name = (): string => random.pick([...NAMES, 'FROM', 'x-a']);
  const fields = Array.from({ length: random.integer(1, 6) }, () => `${name()}:${value()}\r\n`);
  const signatures = Array.from({ length: random.integer(1, 2) }, () => {
    const h = Array.from({ length: random.integer(1, 5) }, () => random.pick(NAMES)).join(random.pick([':', ' : ', ':\r\n ']));
    const c = random.pick(['', ' c=simple;', ' c=relaxed;', ' c=relaxed/relaxed;', ' c=simple/relaxed;']);
    return `DKIM-Signature: d=x;${c}${random.pick(['', ` l=${random.integer(0, 12)};`])} h=${h}; b=x${random.integer(0, 999)}\r\n`;
  });
  return `${signatures.join('')}${fields.join('')}\r\n${body(random)}`;
}

function body(random: SeededRandom): string {
  return Array.from({ length: random.integer(0, 4) }, () => `${random.pick(['one', ' two', 'a  b', 'c\t', '', ''])}\r\n`).join('');
}

function mutate(source: Uint8Array, random: SeededRandom): Uint8Array {
  const editor = editMessage(source);
  const text = latin1(source);
  switch (random.integer(0, 8)) {
    case 0: return editor.setField(random.pick(NAMES.slice(2)), 'new').octets();
    case 1: return editor.addField(random.pick(NAMES.slice(2)), 'new', { at: 'top' }).octets();
    case 2: return editor.addField(random.pick(NAMES.slice(2)), 'new', { at: 'bottom' }).octets();
    case 3: return editor.removeField(random.pick(NAMES)).octets();
    case 4: return editor.removeField(random.pick(editor.message.parts[0]!.headers.fields)).octets();
    case 5: return editor.replaceBody(0, encodeLatin1(body(random))).octets();
    case 6: return encodeLatin1(text.replace(/ +/g, random.pick([' ', '  '])));
    case 7: return encodeLatin1(`${cut(text)[0].join('')}\r\n${cut(text)[1].replace(/(?:\r\n)*$/, random.pick(['', '\r\n', '\r\n\r\n', ' \r\n', 'more\r\n']))}`);
    default: return source;
  }
}

/** Each field with its line end, and the body. */
function cut(text: string): readonly [readonly string[], string] {
  const end = text.indexOf('\r\n\r\n');
  const header = text.startsWith('\r\n') ? '' : text.slice(0, end + 2);
  return [header.match(/[^\r\n][^\r]*\r\n(?:[ \t][^\r]*\r\n)*/g) ?? [], text.slice(header.length + 2)];
}

function readSignature(field: string): Signature {
  const tag = (name: string): string => new RegExp(`[:;]\\s*${name}=([^;]*)`).exec(field)?.[1]?.replace(/\s/g, '') ?? '';
  const [header = '', bodyForm = ''] = tag('c').split('/');
  return { field, h: tag('h').toLowerCase().split(':'), header, body: bodyForm, l: tag('l') === '' ? Infinity : Number(tag('l')) };
}

function relax(field: string): string {
  const colon = field.indexOf(':');
  return `${field.slice(0, colon).toLowerCase().trim()}:${field.slice(colon + 1).replace(/\r\n/g, '').replace(/[ \t]+/g, ' ').trim()}`;
}

/** What goes into both hashes, as one text. */
function hashed(text: string, signature: Signature): string {
  const [fields, octets] = cut(text);
  const form = (field: string): string => (signature.header === 'relaxed' ? relax(field) : field);
  const left = fields.toReversed();
  const chosen = signature.h.map((name) => {
    const at = left.findIndex((field) => field.slice(0, field.indexOf(':')).toLowerCase() === name);
    return at === -1 ? '' : form(left.splice(at, 1)[0]!);
  });
  const relaxed = octets.replace(/[ \t]+(?=\r\n|$)/g, '').replace(/[ \t]+/g, ' ');
  const lines = (signature.body === 'relaxed' ? relaxed : octets).replace(/(?:\r\n)+$/, '');
  const whole = lines === '' ? (signature.body === 'relaxed' ? '' : '\r\n') : `${lines}\r\n`;
  const itself = fields.some((field) => form(field) === form(signature.field));
  return JSON.stringify([chosen, whole.slice(0, signature.l), itself]);
}

test('rfc6376 3.7: a signature breaks exactly where what it hashes has changed', () => {
  let broken = 0;
  let kept = 0;
  for (let seed = 0; seed < 3000; seed++) {
    const random = new SeededRandom(seed);
    const before = generate(random);
    const after = latin1(mutate(encodeLatin1(before), random));
    const expected = cut(before)[0].filter((field) => field.startsWith('DKIM-Signature')).map((field) => hashed(before, readSignature(field)) !== hashed(after, readSignature(field)));
    const found = dkimImpact(encodeLatin1(before), encodeLatin1(after)).map(({ breaks }) => breaks);
    if (found.join() !== expected.join()) expect([seed, before, after, found]).toEqual([seed, before, after, expected]);
    for (const breaks of found) breaks ? broken++ : kept++;
  }
  expect(Math.min(broken, kept)).toBeGreaterThan(500);
});
