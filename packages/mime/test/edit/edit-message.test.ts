import { encodeLatin1, latin1 } from '@mailwright/wire';
import { describe, expect, test } from 'vitest';
import { EditError } from '../../src/edit/edit-error.ts';
import { editMessage } from '../../src/edit/edit-message.ts';
import type { MessageEditor } from '../../src/edit/edit-message.ts';
import { parseMessage } from '../../src/parse/parse-message.ts';

function edit(source: string, change: (editor: MessageEditor) => unknown): string {
  const editor = editMessage(encodeLatin1(source));
  change(editor);
  return latin1(editor.octets());
}

/** The parts as an indented list, read back from the octets. */
function structure(source: string): string {
  const { parts, defects } = parseMessage(encodeLatin1(source));
  const lines = parts.map((part) => `${' '.repeat(part.depth)}${part.mediaType}`);
  return [...lines, ...defects.map(({ code }) => code)].join('\n');
}

const SIMPLE = 'Received: one\r\nreceived: two\r\nSubject:  old \r\n folded\r\nFrom: a@example.com\r\n\r\nHello\r\n';

describe('fields', () => {
  test.each([
    [' no field\r\n\r\nbody', ' no field\r\nX: 1\r\n\r\nbody'],
    ['\tno field\r\n', '\tno field\r\nX: 1\r\n'],
    [' no line end', ' no line end\r\nX: 1\r\n'],
    [' \n\n', ' \nX: 1\n\n'],
    ['no field\r\n\r\nbody', 'X: 1\r\nno field\r\n\r\nbody'],
  ])('a section that begins with the continuation of nothing does not continue what is added: %j', (source, expected) => {
    expect(edit(source, (editor) => editor.addField('X', '1'))).toBe(expected);
    expect(edit(source, (editor) => editor.setField('X', '1'))).toBe(expected);
    expect(parseMessage(encodeLatin1(expected)).parts[0]!.headers.fields.map(({ name, text }) => [name, text])).toEqual([['X', '1']]);
  });

  test.each<[string, (editor: MessageEditor) => unknown, string]>([
    ['nothing', () => undefined, SIMPLE],
    ['set one that is there', (editor) => editor.setField('subject', 'new'), SIMPLE.replace('Subject:  old \r\n folded', 'subject: new')],
    ['set one that is not', (editor) => editor.setField('X', 'new'), SIMPLE.replace('.com\r\n\r\n', '.com\r\nX: new\r\n\r\n')],
    ['set one that is there twice', (editor) => editor.setField('Received', 'new'), SIMPLE.replace('Received: one\r\nreceived: two', 'Received: new')],
    ['set and set again', (editor) => editor.setField('Subject', 'a').setField('Subject', 'b'), SIMPLE.replace('Subject:  old \r\n folded', 'Subject: b')],
    ['add at the top', (editor) => editor.addField('Received', 'zero').addField('Received', 'minus one'), `Received: minus one\r\nReceived: zero\r\n${SIMPLE}`],
    ['add at the bottom', (editor) => editor.addField('X', '1', { at: 'bottom' }).addField('Y', '2', { at: 'bottom' }), SIMPLE.replace('.com\r\n\r\n', '.com\r\nX: 1\r\nY: 2\r\n\r\n')],
    ['remove', (editor) => editor.removeField('RECEIVED'), SIMPLE.replace('Received: one\r\nreceived: two\r\n', '')],
    ['remove one of two', (editor) => editor.removeField(editor.message.parts[0]!.headers.fields[1]!), SIMPLE.replace('received: two\r\n', '')],
    ['remove what is not there', (editor) => editor.removeField('X'), SIMPLE],
    ['remove what was added', (editor) => editor.addField('X', '1').removeField('x'), SIMPLE],
    ['set after remove', (editor) => editor.removeField('Subject').setField('Subject', 'new'), SIMPLE.replace('Subject:  old \r\n folded', 'Subject: new')],
    ['set as octets, folds kept', (editor) => editor.setField('Subject', encodeLatin1(' a  b\r\n\tc')), SIMPLE.replace('Subject:  old \r\n folded', 'Subject: a  b\r\n\tc')],
    ['text that is not ASCII is encoded', (editor) => editor.setField('Subject', 'caf\u00e9'), SIMPLE.replace('Subject:  old \r\n folded', 'Subject: =?utf-8?Q?caf=C3=A9?=')],
    ['an address with a name', (editor) => editor.setField('To', 'Joe <joe@example.com>'), SIMPLE.replace('.com\r\n\r\n', '.com\r\nTo: Joe <joe@example.com>\r\n\r\n')],
  ])('%s', (_name, change, expected) => {
    expect(edit(SIMPLE, change).replace('?utf-8?q?', '?utf-8?Q?')).toBe(expected);
  });

  test('a message with LF keeps to LF', () => {
    const source = SIMPLE.replaceAll('\r\n', '\n');
    expect(edit(source, (editor) => editor.setField('Subject', encodeLatin1(' a\r\n b')).addField('X', 'w '.repeat(60).trim()))).not.toContain('\r');
  });

  test('a header section that is cut gets its line end first', () => {
    expect(edit('Subject: a', (editor) => editor.setField('X', '1'))).toBe('Subject: a\r\nX: 1\r\n');
    expect(edit('', (editor) => editor.setField('X', '1'))).toBe('X: 1\r\n');
    expect(edit('\r\nbody', (editor) => editor.addField('X', '1'))).toBe('X: 1\r\n\r\nbody');
  });

  test('lines that are no fields stay where they are', () => {
    const source = 'From joe Mon Jan 1\r\nA: 1\r\nno field\r\nB: 2\r\n\r\nx';
    expect(edit(source, (editor) => editor.addField('X', '1').setField('A', '3').removeField('B'))).toBe('From joe Mon Jan 1\r\nX: 1\r\nA: 3\r\nno field\r\n\r\nx');
  });

  test.each<[string, string, string | Uint8Array]>([
    ['a name with CR LF', 'X: y\r\nZ', 'v'], ['an empty name', '', 'v'], ['a name with a colon', 'a:b', 'v'],
    ['CR', 'X', 'a\rb'], ['LF', 'X', 'a\nb'], ['NUL', 'X', 'a\0b'], ['CR LF', 'X', 'a\r\nBcc: x'],
    ['octets with CR LF', 'X', encodeLatin1('a\r\nBcc: x')], ['octets with CR LF at the end', 'X', encodeLatin1('a\r\n')], ['octets with CR', 'X', encodeLatin1('a\r b')],
    ['octets with LF', 'X', encodeLatin1('a\n b')], ['octets with NUL', 'X', encodeLatin1('a\0b')], ['octets with an empty line', 'X', encodeLatin1('a\r\n\r\nb')],
    ['octets with a line of 999', 'X', encodeLatin1('a'.repeat(997))],
    ['no address', 'To', 'joe'], ['a name that cannot be written so', 'To', '"J\u00f6rg, X" <joe@example.com>'],
    ['an octet name with CR LF', 'X\r\nY', encodeLatin1('a')],
  ])('%s -> TypeError, and nothing is changed', (_name, name, value) => {
    const editor = editMessage(encodeLatin1(SIMPLE));
    expect(() => editor.setField(name, value)).toThrow(TypeError);
    expect(() => editor.addField(name, value)).toThrow(TypeError);
    expect(latin1(editor.octets())).toBe(SIMPLE);
  });

  test('a limit stopped the reading of fields -> EDIT_LIMIT', () => {
    const editor = editMessage(encodeLatin1(SIMPLE), { headerFields: 2 });
    expect(() => editor.setField('Subject', 'new')).toThrow(expect.objectContaining({ code: 'EDIT_LIMIT', part: 0 }));
    expect(() => editor.removeField('Subject')).toThrow(expect.objectContaining({ code: 'EDIT_LIMIT' }));
    expect(latin1(editor.addField('X', '1').octets())).toBe(`X: 1\r\n${SIMPLE}`);
  });
});

const PARTS = [
  'MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=out\r\n\r\npreamble\r\n',
  '--out\r\nContent-Type: multipart/alternative; boundary=in\r\n\r\n',
  '--in\r\nContent-Type: text/plain\r\n\r\nplain\r\n',
  '--in \t\r\nContent-Type: text/html\r\n\r\n<p>\r\n',
  '--in--\r\n\r\n',
  '--out\r\nContent-Type: message/rfc822\r\n\r\nSubject: inner\r\n\r\ninner text\r\n',
  '--out\r\n\r\nlast\r\n',
  '--out--\r\nepilogue\r\n',
];
const MIXED = PARTS.join('');
const without = (...indexes: number[]): string => PARTS.filter((_, index) => !indexes.includes(index)).join('');

describe('parts', () => {
  test('the ids of the message that is edited here', () => {
    expect(structure(MIXED)).toBe('multipart/mixed\n multipart/alternative\n  text/plain\n  text/html\n message/rfc822\n  text/plain\n text/plain');
  });

  test.each<[string, readonly number[], string]>([
    ['the first of an inner multipart', [2], MIXED.replace(PARTS[2]!, '').replace('--in \t\r\n', '--in\r\n')],
    ['the last of an inner multipart', [3], without(3)],
    ['a multipart', [1], without(1, 2, 3, 4)],
    ['a message', [4], without(5)],
    ['the last part', [6], without(6)],
    ['two at the end', [4, 6], without(5, 6)],
    ['first and last', [1, 6], without(1, 2, 3, 4, 6)],
    ['all but one', [1, 4], without(1, 2, 3, 4, 5)],
    ['all: one without fields and body is left', [1, 4, 6], `${PARTS[0]!}--out\r\n\r\n\r\n${PARTS[7]!}`],
  ])('rfc2046 5.1.1: remove %s', (_name, ids, expected) => {
    const edited = edit(MIXED, (editor) => ids.forEach((id) => editor.removePart(id)));
    expect(edited).toBe(expected);
    expect(structure(edited)).not.toContain('MIME_');
  });

  test('rfc2046 5.1.1: all of an inner multipart', () => {
    const edited = edit(MIXED, (editor) => editor.removePart(2).removePart(3));
    expect(structure(edited)).toBe('multipart/mixed\n multipart/alternative\n  text/plain\n message/rfc822\n  text/plain\n text/plain');
  });

  test('fields of a part, and of a message inside', () => {
    const edited = edit(MIXED, (editor) => editor.setField('Content-Type', 'text/x', { part: 3 }).setField('Subject', 'new', { part: 5 }).addField('X', '1', { part: 6 }));
    expect(edited).toBe(MIXED.replace('text/html', 'text/x').replace('Subject: inner', 'Subject: new').replace('--out\r\n\r\nlast', '--out\r\nX: 1\r\n\r\nlast'));
  });

  test('replace a part, a body, and a message inside', () => {
    const edited = edit(MIXED, (editor) => editor.replacePart(2, encodeLatin1('X: y\r\n\r\nnew')).replaceBody(6, encodeLatin1('tsal')).replacePart(5, { octets: () => encodeLatin1('\r\n') }));
    expect(edited).toBe(MIXED.replace('Content-Type: text/plain\r\n\r\nplain', 'X: y\r\n\r\nnew').replace('last', 'tsal').replace('Subject: inner\r\n\r\ninner text', '\r\n'));
  });

  test('replace the body of the message itself', () => {
    expect(edit(SIMPLE, (editor) => editor.replaceBody(0, encodeLatin1('x')))).toBe(SIMPLE.replace('Hello\r\n', 'x'));
    expect(edit('A: b', (editor) => editor.replaceBody(0, encodeLatin1('x')))).toBe('A: b\r\n\r\nx');
  });

  test('rfc2046 5.1.1: parts of nothing but a header section, or of nothing, keep their delimiters apart', () => {
    const source = 'Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n--b\r\nX: 1\r\n--b\r\n\r\nbody\r\n--b\r\n--b--\r\n';
    const kept = (ids: readonly number[]): number => parseMessage(encodeLatin1(edit(source, (editor) => ids.forEach((id) => editor.removePart(id))))).parts.length - 1;
    for (const ids of [[], [1], [2], [3], [4], [1, 2], [1, 3], [1, 4], [2, 3], [2, 4], [3, 4], [1, 2, 3], [1, 2, 4], [1, 3, 4], [2, 3, 4]]) expect([ids, kept(ids)]).toEqual([ids, 4 - ids.length]);
    const changed = edit(source, (editor) => editor.addField('Y', '2', { part: 1 }).replacePart(2, encodeLatin1('Z: 3\r\n\r\nnew')).replaceBody(4, encodeLatin1('x')));
    expect(parseMessage(encodeLatin1(changed)).parts.slice(1).map((part) => [part.headers.fields.map(({ name }) => name).join(), latin1(part.rawBody())])).toEqual([
      ['Y', ''], ['Z', 'new'], ['', 'body'], ['', 'x'],
    ]);
  });

  test.each<[string, (editor: MessageEditor) => unknown, string]>([
    ['no such part', (editor) => editor.removePart(7), 'EDIT_NO_PART'],
    ['no such part for a field', (editor) => editor.setField('X', '1', { part: -1 }), 'EDIT_NO_PART'],
    ['the message itself removed', (editor) => editor.removePart(0), 'EDIT_ROOT_PART'],
    ['the message itself replaced', (editor) => editor.replacePart(0, new Uint8Array()), 'EDIT_ROOT_PART'],
    ['the message in a message/rfc822', (editor) => editor.removePart(5), 'EDIT_ONLY_CHILD'],
    ['removed twice', (editor) => editor.removePart(2).removePart(2), 'EDIT_PART_GONE'],
    ['a field of a part in a removed one', (editor) => editor.removePart(1).setField('X', '1', { part: 2 }), 'EDIT_PART_GONE'],
    ['a part in a replaced body', (editor) => editor.replaceBody(1, new Uint8Array()).removePart(2), 'EDIT_PART_GONE'],
    ['rfc2046 5.1.1: the boundary around it', (editor) => editor.replacePart(6, encodeLatin1('\r\nx\r\n--out\r\ny')), 'EDIT_BOUNDARY_IN_PART'],
    ['rfc2046 5.1.1: a line that begins with it', (editor) => editor.replacePart(6, encodeLatin1('--outer')), 'EDIT_BOUNDARY_IN_PART'],
    ['rfc2046 5.1.1: behind an LF alone', (editor) => editor.replaceBody(6, encodeLatin1('x\n--out')), 'EDIT_BOUNDARY_IN_PART'],
    ['rfc2046 5.1.1: behind a CR alone', (editor) => editor.replaceBody(6, encodeLatin1('x\r--out')), 'EDIT_BOUNDARY_IN_PART'],
    ['rfc2046 5.1.2: the boundary around the multipart around it', (editor) => editor.replaceBody(2, encodeLatin1('--out--')), 'EDIT_BOUNDARY_IN_PART'],
  ])('%s -> %s', (_name, change, code) => {
    const editor = editMessage(encodeLatin1(MIXED));
    expect(() => change(editor)).toThrow(EditError);
    expect(() => change(editMessage(encodeLatin1(MIXED)))).toThrow(expect.objectContaining({ code }));
  });

  test('the boundary inside a line is text', () => {
    expect(edit(MIXED, (editor) => editor.replaceBody(6, encodeLatin1('x --out\r\n -- out')))).toContain('x --out');
  });

  test('untouched octets are views of the source', () => {
    const source = encodeLatin1(MIXED);
    const editor = editMessage(source);
    expect(editor.chunks()).toHaveLength(1);
    expect(editor.octets().buffer).toBe(source.buffer);
    const pieces = editor.setField('X', '1', { part: 6 }).removePart(4).chunks();
    expect(pieces.map((piece) => piece.buffer === source.buffer)).toEqual([true, false, true]);
    expect(pieces.filter((piece) => piece.buffer !== source.buffer).map((piece) => latin1(piece))).toEqual(['X: 1\r\n']);
  });

  test('an empty message -> no pieces', () => {
    expect(editMessage(new Uint8Array()).chunks()).toEqual([]);
  });
});
