import { mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { buildMessage } from '@mailwright/mime';
import { record } from './support/captured-io.ts';
import { run, scratchFolder } from './support/run-command.ts';

const PICTURE = Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 0, 1, 2, 3]);

const LETTER = buildMessage({
  from: { name: 'Jörg Doe', address: 'joerg@example.com' }, to: 'ann@example.org', subject: 'Grüße 早安',
  text: 'Hallo,\nhier ist das Bild.\n', html: '<p>Hallo <img src="cid:pic@example.com"></p>',
  inline: [{ content: PICTURE, fileName: 'pic.png', contentId: 'pic@example.com' }],
  attachments: [{ content: 'a;b\r\n', fileName: 'höhen.csv' }, { content: 'c;d\r\n', fileName: 'höhen.csv' }],
  date: Date.UTC(2026, 0, 2, 3, 4, 5), messageId: '<1@example.com>',
}).octets();

describe('mailwright inspect', () => {
  test('a page: fields, parts as a tree, the text; nothing is wrong', async () => {
    const { code, out, err } = await run(['inspect', '-'], { stdin: LETTER });
    expect([code, err]).toEqual([0, '']);
    for (const text of ['Jörg Doe <joerg@example.com>', 'Grüße 早安', '2026-01-02T03:04:05.000Z', '0 multipart/mixed', '├─ 1 multipart/alternative', '│  └─ 3 multipart/related', '└─ 7 text/csv', '8 octets base64, "pic.png", inline, cid:pic@example.com', '"höhen.csv", attachment', '│ hier ist das Bild.']) expect(out).toContain(text);
    expect(out).not.toContain('wrong with it');
  });

  test('--json: one record, as JMAP shows a message', async () => {
    const { code, out } = await run(['inspect', '-', '--json', '--check'], { stdin: LETTER });
    expect(code).toBe(0);
    expect(record(out, 'message')).toMatchObject({
      subject: 'Grüße 早安', from: [{ name: 'Jörg Doe', email: 'joerg@example.com' }], hasAttachment: true, defects: [], limit: null, extracted: [],
      textBody: [{ type: 'text/plain' }], htmlBody: [{ type: 'text/html' }], attachments: [{ type: 'image/png', cid: 'pic@example.com' }, { name: 'höhen.csv' }, { name: 'höhen.csv' }],
    });
  });

  test('--extract: attachments under their names, no two alike, nothing overwritten', async () => {
    const folder = `${await scratchFolder()}/new/attachments`;
    const { code, out } = await run(['inspect', '-', '--extract', folder], { stdin: LETTER });
    expect(code).toBe(0);
    expect((await readdir(folder)).sort()).toEqual(['höhen-2.csv', 'höhen.csv', 'pic.png']);
    expect(Uint8Array.from(await readFile(`${folder}/pic.png`))).toEqual(PICTURE);
    expect(await readFile(`${folder}/höhen-2.csv`, 'utf8')).toBe('c;d\r\n');
    expect(out).toContain(`${folder}/höhen-2.csv`);
    await run(['inspect', '-', '--extract', folder], { stdin: LETTER });
    expect(await readFile(`${folder}/höhen.csv`, 'utf8')).toBe('a;b\r\n');
    expect(await readdir(folder)).toHaveLength(6);
  });

  test.each(['../../evil.txt', '/etc/passwd', 'C:\\Windows\\win.ini', '..', 'con', 'a\u0000b', '.\u202efdp.exe'])('--extract, a name that leads elsewhere (%j) -> a file in the folder', async (name) => {
    const folder = `${await scratchFolder()}/deep/er`;
    const quoted = name.replace(/[\\"]/g, '\\$&');
    const letter = Buffer.from(`Content-Type: application/octet-stream\r\nContent-Disposition: attachment; filename="${quoted}"\r\n\r\nx`);
    const { code } = await run(['inspect', '-', '--extract', folder], { stdin: letter });
    expect(code).toBe(0);
    const files = await readdir(folder);
    expect(files).toHaveLength(1);
    expect(await readdir(`${folder}/..`)).toEqual(['er']);
  });

  test('--extract, uuencoded files in a text -> files like attachments', async () => {
    const folder = `${await scratchFolder()}/uu`;
    const letter = Buffer.from('From: a@b.example\r\n\r\nHi\r\nbegin 644 ../cat.txt\r\n#0V%T\r\n`\r\nend\r\nand\r\nbegin 600 cat.txt\r\n#1&]G\r\n`\r\nend\r\n');
    const { out } = await run(['inspect', '-', '--extract', folder], { stdin: letter });
    expect(out).toContain('2 uuencoded files');
    expect((await readdir(folder)).sort()).toEqual(['cat-2.txt', 'cat.txt']);
    expect([await readFile(`${folder}/cat.txt`, 'utf8'), await readFile(`${folder}/cat-2.txt`, 'utf8')]).toEqual(['Cat', 'Dog']);
    expect(record((await run(['inspect', '-', '--json', '--extract', folder], { stdin: letter })).out, 'message')).toMatchObject({ extracted: [{ part: 0, name: '../cat.txt', octets: 3 }, { part: 0, name: 'cat.txt' }] });
  });

  test('--extract where a file stands -> it is said so', async () => {
    const folder = await scratchFolder();
    await writeFile(`${folder}/file`, 'x');
    const { code, err } = await run(['inspect', '-', '--extract', `${folder}/file`], { stdin: LETTER });
    expect(code).toBe(2);
    expect(err).toMatch(/it\s+is\s+a\s+file\s+and\s+no\s+folder/);
  });

  test('--extract, a link of that name -> it is not followed', async () => {
    const folder = await scratchFolder();
    await writeFile(`${folder}/target`, 'precious');
    await mkdir(`${folder}/out`);
    await symlink(`${folder}/target`, `${folder}/out/pic.png`);
    await run(['inspect', '-', '--extract', `${folder}/out`], { stdin: LETTER });
    expect(await readFile(`${folder}/target`, 'utf8')).toBe('precious');
  });

  test('--part: its content, decoded, and nothing else', async () => {
    expect((await run(['inspect', '-', '--part', '5'], { stdin: LETTER })).out).toBe(Buffer.from(PICTURE).toString('latin1'));
    const { code, err } = await run(['inspect', '-', '--part', '99'], { stdin: LETTER });
    expect(code).toBe(2);
    expect(err).toContain('there is no part 99');
  });

  test('what is wrong, each thing once with its places; --check: exit code 1', async () => {
    const letter = Buffer.from('From: a@b.example\nContent-Type: multipart/mixed; boundary=b\n\n--b\nContent-Transfer-Encoding: base64\n\n!!!!SGk=\n');
    const { code, out } = await run(['inspect', '-', '--check'], { stdin: letter });
    expect(code).toBe(1);
    for (const text of ['MIME_NOT_CLOSED', 'MIME_BASE64_JUNK', 'LINT_BARE_LF', 'octets']) expect(out).toContain(text);
    expect(out.split('LINT_BARE_LF')).toHaveLength(2);
    expect((await run(['inspect', '-'], { stdin: letter })).code).toBe(0);
  });

  test('what programs read differently: with what each gets', async () => {
    const letter = Buffer.from('From: a@b.example\r\nSubject: one\r\nSubject: two\r\n\r\nx\r\n');
    const { out } = await run(['inspect', '-'], { stdin: letter });
    expect(out).toContain('AMBIGUOUS_FIELD');
    expect(out).toMatch(/one; or .*two/);
  });

  test('what the sender wrote can\'t act on the terminal', async () => {
    const letter = Buffer.from('Subject: =?utf-8?Q?=1B]0;owned=07?=\r\nContent-Type: text/plain; name="\u001b[2J"\r\n\r\n\u001b[31mred\r\n');
    expect((await run(['inspect', '-', '--headers'], { stdin: letter })).out).not.toContain('\u001b');
  });

  test('a message of 10,000 levels -> a page, not an overflow', async () => {
    const deep = Array.from({ length: 10_000 }, (_, index) => `Content-Type: multipart/mixed; boundary=b${index}\r\n\r\n--b${index}\r\n`).join('');
    const { code, out } = await run(['inspect', '-'], { stdin: deep });
    expect(code).toBe(0);
    expect(out).toContain('LIMIT_DEPTH');
  });

  test('nothing, or no such file -> a usage error', async () => {
    expect((await run(['inspect'])).err).toContain('there is nothing to inspect');
    expect((await run(['inspect', '/no/such/file.eml'])).err).toContain('there is no such file');
  });
});
