import { readdir, readFile, stat } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { encodeUtf8 } from '@mailwright/wire';
import { FakeClock } from '../../testing/src/fake-clock.ts';
import { SeededRandom } from '../../testing/src/seeded-random.ts';
import { MessageStore } from '../src/catcher/message-store.ts';
import { previewText } from '../src/catcher/text-preview.ts';
import { scratchFolder } from './support/run-command.ts';

const message = (...lines: string[]): Uint8Array => encodeUtf8(lines.join('\r\n'));

describe('previewText', () => {
  test.each([
    ['plain text', message('Subject: x', '', '', 'one  ', 'two', ''), ['one', 'two']],
    ['more lines than asked for', message('', '1', '2', '3', '4'), ['1', '2', '3', '...']],
    ['no body', message('Subject: x', '', ''), []],
    ['quoted-printable in Latin-1', message('Content-Type: text/plain; charset=iso-8859-1', 'Content-Transfer-Encoding: quoted-printable', '', 'Gr=FC=DFe'), ['Grüße']],
    ['base64, cut in the middle', message('Content-Transfer-Encoding: base64', '', 'SGVsbG8gdGhl', 'cmUhI'), ['Hello there!']],
    ['a charset that nobody knows', message('Content-Type: text/plain; charset=x-none', '', 'ü'), ['ü']],
    ['HTML: the tags go', message('Content-Type: text/html', '', '<p>Hello <b>you</b></p>'), ['Hello you']],
    ['the text of an alternative', message('Content-Type: multipart/alternative; boundary=b', '', 'preamble', '--b', 'Content-Type: text/html', '', '<i> </i>', '--b', '', 'text', '--b--', ''), ['text']],
    ['text inside a part inside a part', message('Content-Type: multipart/mixed; boundary=a', '', '--a', 'Content-Type: multipart/alternative; boundary=b', '', '--b', '', 'deep', '--b--', '--a--', ''), ['deep']],
    ['an attachment only', message('Content-Type: image/png', '', 'PNG'), []],
    ['a multipart without boundary: one text', message('Content-Type: multipart/mixed', '', 'x'), ['x']],
    ['a boundary that never comes', message('Content-Type: multipart/mixed; boundary=b', '', 'x'), []],
    ['nothing at all', new Uint8Array(0), []],
  ])('%s', (_name, octets, lines) => {
    expect(previewText(octets, 3)).toEqual(lines);
  });

  test('parts in parts without end -> the text of the deepest', () => {
    const nested = Array.from({ length: 50 }, (_, index) => `Content-Type: multipart/mixed; boundary=b${index}\r\n\r\n--b${index}`).join('\r\n');
    expect(previewText(encodeUtf8(`${nested}\r\n\r\nhi\r\n`), 3)).toEqual(['hi']);
  });
});

describe('MessageStore', () => {
  test('rfc5321 4.2.5: the file has its name when all of it is there, and only its owner may read it', async () => {
    const folder = `${await scratchFolder()}/new/caught`;
    const store = new MessageStore(folder, new FakeClock(), new SeededRandom(1));
    await store.prepare();
    const file = await store.begin();
    await file.write(encodeUtf8('one\r\n'));
    await file.write(encodeUtf8('two\r\n'));
    expect((await readdir(folder)).filter((name) => name.endsWith('.eml'))).toEqual([]);
    await file.commit();
    expect(await readdir(folder)).toEqual([file.path.slice(folder.length + 1)]);
    expect(await readFile(file.path, 'utf8')).toBe('one\r\ntwo\r\n');
    if (process.platform !== 'win32') expect((await stat(file.path)).mode & 0o777).toBe(0o600);
  });

  test('a message that is given up leaves nothing', async () => {
    const folder = await scratchFolder();
    const file = await new MessageStore(folder, new FakeClock(), new SeededRandom(1)).begin();
    await file.write(encodeUtf8('half'));
    await file.discard();
    expect(await readdir(folder)).toEqual([]);
  });

  test('names are time and chance, sort by time, and hold nothing that a file system minds', async () => {
    const clock = new FakeClock();
    const folder = await scratchFolder();
    const here = new MessageStore(folder, clock, new SeededRandom(2));
    const names: string[] = [];
    for (let count = 0; count < 3; count++) {
      const file = await here.begin();
      await file.commit();
      names.push(file.path.slice(folder.length + 1));
      clock.advance(5);
    }
    expect([...names].sort()).toEqual(names);
    for (const name of names) expect(name).toMatch(/^\d{8}T\d{6}\.\d{3}Z-[0-9a-f]{8}\.eml$/);
  });
});
