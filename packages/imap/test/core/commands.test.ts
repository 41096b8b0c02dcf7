import { encodeLatin1, encodeUtf8 } from '@mailwright/wire';
import { describe, expect, test } from 'vitest';
import { SeededRandom } from '../../../testing/src/seeded-random.ts';
import type { Command } from '../../src/command.ts';
import { encodeCommand } from '../../src/command-encode.ts';
import { type ParsedCommand, parseCommand } from '../../src/command-parse.ts';
import type { AppendMessage } from '../../src/commands/append.ts';
import type { StatusItemName } from '../../src/commands/status.ts';
import { SERVER_LIMITS } from '../../src/limits.ts';
import { makeParameters } from '../../src/make-values.ts';
import { type MessageSet, STAR } from '../../src/sequence-set.ts';
import { allCommands } from '../../src/tables.ts';
import { commandThroughWire, readCommand, wireText } from './wire-text.ts';

const select = makeParameters('SELECT');
const create = makeParameters('CREATE');
const rename = makeParameters('RENAME');
const fetchParameters = makeParameters('FETCH');
const storeParameters = makeParameters('STORE');
const appendParameters = makeParameters('APPEND');
const selectionOptions = makeParameters('LIST-SELECT');
const returnOptions = makeParameters('LIST-RETURN');

function message(text: string, more: Partial<AppendMessage> = {}): AppendMessage {
  return { flags: [], internalDate: undefined, message: { type: 'literal', octets: encodeLatin1(text), binary: false }, parameters: appendParameters, ...more };
}

const EXAMPLES: readonly [source: string, line: string, command: Command][] = [
  ['rfc9051 6.1.1', 'CAPABILITY', { name: 'CAPABILITY' }],
  ['rfc9051 6.1.2', 'NOOP', { name: 'NOOP' }],
  ['rfc9051 6.1.3', 'LOGOUT', { name: 'LOGOUT' }],
  ['rfc9051 6.2.1', 'STARTTLS', { name: 'STARTTLS' }],
  ['rfc9051 6.2.2', 'AUTHENTICATE GSSAPI', { name: 'AUTHENTICATE', mechanism: 'GSSAPI', initialResponse: undefined }],
  ['rfc4959 4', 'AUTHENTICATE PLAIN dGVzdAB0ZXN0AHRlc3Q=', { name: 'AUTHENTICATE', mechanism: 'PLAIN', initialResponse: encodeLatin1('test\0test\0test') }],
  ['rfc4959 3', 'AUTHENTICATE EXTERNAL =', { name: 'AUTHENTICATE', mechanism: 'EXTERNAL', initialResponse: new Uint8Array(0) }],
  ['rfc9051 6.2.3', 'LOGIN SMITH SESAME', { name: 'LOGIN', user: 'SMITH', password: 'SESAME' }],
  ['rfc9051 6.2.3', 'LOGIN "joe user" "pass\\"w\\\\rd"', { name: 'LOGIN', user: 'joe user', password: 'pass"w\\rd' }],
  ['rfc9051 6.3.2', 'SELECT INBOX', { name: 'SELECT', mailbox: 'INBOX', parameters: select }],
  ['rfc7162 3.1.8', 'SELECT INBOX (CONDSTORE)', { name: 'SELECT', mailbox: 'INBOX', parameters: makeParameters('SELECT', { condstore: true }) }],
  ['rfc9051 6.3.3', 'EXAMINE blurdybloop', { name: 'EXAMINE', mailbox: 'blurdybloop', parameters: select }],
  ['rfc9051 6.3.4', 'CREATE owatagusiam/', { name: 'CREATE', mailbox: 'owatagusiam/', parameters: create }],
  ['rfc6154 5.2', 'CREATE MySpecial (USE (\\Drafts \\Sent))', { name: 'CREATE', mailbox: 'MySpecial', parameters: makeParameters('CREATE', { use: ['\\Drafts', '\\Sent'] }) }],
  ['rfc9051 6.3.5', 'DELETE blurdybloop', { name: 'DELETE', mailbox: 'blurdybloop' }],
  ['rfc9051 6.3.6', 'RENAME blurdybloop sarasoop', { name: 'RENAME', mailbox: 'blurdybloop', newName: 'sarasoop', parameters: rename }],
  ['rfc9051 6.3.7', 'SUBSCRIBE #news.comp.mail.mime', { name: 'SUBSCRIBE', mailbox: '#news.comp.mail.mime' }],
  ['rfc9051 6.3.8', 'UNSUBSCRIBE #news.comp.mail.mime', { name: 'UNSUBSCRIBE', mailbox: '#news.comp.mail.mime' }],
  ['rfc9051 6.3.9', 'LIST "" ""', { name: 'LIST', reference: '', patterns: [''], selectionOptions, returnOptions }],
  ['rfc9051 6.3.9', 'LIST ~/Mail/ %', { name: 'LIST', reference: '~/Mail/', patterns: ['%'], selectionOptions, returnOptions }],
  [
    'rfc5258 5', 'LIST (SUBSCRIBED RECURSIVEMATCH) "" (INBOX Drafts/% Sent/%) RETURN (CHILDREN)',
    {
      name: 'LIST', reference: '', patterns: ['INBOX', 'Drafts/%', 'Sent/%'],
      selectionOptions: makeParameters('LIST-SELECT', { subscribed: true, recursiveMatch: true }), returnOptions: makeParameters('LIST-RETURN', { children: true }),
    },
  ],
  ['rfc3501 6.3.9', 'LSUB #news. comp.mail.*', { name: 'LSUB', reference: '#news.', pattern: 'comp.mail.*' }],
  ['rfc9051 6.3.11', 'STATUS blurdybloop (UIDNEXT MESSAGES)', { name: 'STATUS', mailbox: 'blurdybloop', items: ['UIDNEXT', 'MESSAGES'] }],
  ['rfc9051 6.3.12', 'APPEND saved-messages (\\Seen) {3+}\r\nabc', { name: 'APPEND', mailbox: 'saved-messages', messages: [message('abc', { flags: ['\\Seen'] })] }],
  [
    'rfc3502 6.3.11', 'APPEND saved "17-Jul-1996 02:44:25 -0700" {1+}\r\na ~{1+}\r\n\0',
    {
      name: 'APPEND', mailbox: 'saved',
      messages: [
        message('a', { internalDate: { ms: Date.UTC(1996, 6, 17, 9, 44, 25), offsetMinutes: -420 } }),
        message('', { message: { type: 'literal', octets: new Uint8Array(1), binary: true } }),
      ],
    },
  ],
  ['rfc3501 6.4.1', 'CHECK', { name: 'CHECK' }],
  ['rfc9051 6.4.1', 'CLOSE', { name: 'CLOSE' }],
  ['rfc9051 6.4.3', 'EXPUNGE', { name: 'EXPUNGE', uid: false }],
  ['rfc4315 2.1', 'UID EXPUNGE 3000:3002', { name: 'EXPUNGE', uid: true, set: [[3000, 3002]] }],
  ['rfc9051 6.4.4', 'SEARCH UNSEEN', { name: 'SEARCH', uid: false, returnOptions: undefined, charset: undefined, search: { key: 'UNSEEN' } }],
  [
    'rfc9051 6.4.4', 'UID SEARCH RETURN () CHARSET UTF-8 SUBJECT x',
    { name: 'SEARCH', uid: true, returnOptions: makeParameters('SEARCH-RETURN'), charset: 'UTF-8', search: { key: 'SUBJECT', value: 'x' } },
  ],
  ['rfc9051 6.4.5', 'FETCH 2:4 FLAGS', { name: 'FETCH', uid: false, set: [[2, 4]], items: [{ name: 'FLAGS' }], parameters: fetchParameters }],
  [
    'rfc7162 3.2.6', 'UID FETCH 300:* FLAGS (CHANGEDSINCE 12345 VANISHED)',
    { name: 'FETCH', uid: true, set: [[300, STAR]], items: [{ name: 'FLAGS' }], parameters: makeParameters('FETCH', { changedSince: 12345n, vanished: true }) },
  ],
  ['rfc9051 6.4.6', 'STORE 2:4 +FLAGS (\\Deleted)', { name: 'STORE', uid: false, set: [[2, 4]], parameters: storeParameters, item: 'FLAGS', action: 'add', silent: false, values: ['\\Deleted'] }],
  [
    'rfc7162 3.1.3', 'UID STORE 103 (UNCHANGEDSINCE 12121230045) -FLAGS.SILENT ($Processed)',
    {
      name: 'STORE', uid: true, set: [[103, 103]], parameters: makeParameters('STORE', { unchangedSince: 12121230045n }), item: 'FLAGS', action: 'remove', silent: true,
      values: ['$Processed'],
    },
  ],
  ['Gmail', 'STORE 1 X-GM-LABELS (\\Inbox "my label")', { name: 'STORE', uid: false, set: [[1, 1]], parameters: storeParameters, item: 'X-GM-LABELS', action: 'replace', silent: false, values: ['\\Inbox', 'my label'] }],
  ['rfc9051 6.4.7', 'COPY 2:4 MEETING', { name: 'COPY', uid: false, set: [[2, 4]], mailbox: 'MEETING' }],
  ['rfc9051 6.4.8', 'UID MOVE $ Archive', { name: 'MOVE', uid: true, set: '$', mailbox: 'Archive' }],
];

describe('examples in both directions', () => {
  test.each(EXAMPLES)('%s: %s', (_source, line, command) => {
    const parsed = readCommand(`A001 ${line}`);
    expect(parsed.ok ? parsed.command : parsed).toEqual(command);
    expect(wireText(encodeCommand('A001', command, false))).toBe(`A001 ${line.replaceAll('+}', '}')}`);
    expect(commandThroughWire(command)).toEqual(command);
  });
});

describe('as clients write it', () => {
  test.each([
    ['lower case', 'a1 uid fetch 1 flags', { name: 'FETCH', uid: true }],
    ['a blank at the end', 'a1 NOOP ', { name: 'NOOP' }],
    ['INBOX in other letters', 'a1 SELECT inBox', { name: 'SELECT', mailbox: 'INBOX' }],
    ['a mailbox in UTF-8 before that is enabled', 'a1 DELETE "Entw\xc3\xbcrfe"', { name: 'DELETE', mailbox: 'Entwürfe' }],
    ['flags without parentheses', 'a1 STORE 1 FLAGS \\Seen $X', { name: 'STORE', values: ['\\Seen', '$X'] }],
    ['a mechanism in lower case', 'a1 AUTHENTICATE plain', { name: 'AUTHENTICATE', mechanism: 'PLAIN' }],
    ['blanks in a list', 'a1 STATUS x ( MESSAGES  UNSEEN )', { name: 'STATUS', items: ['MESSAGES', 'UNSEEN'] }],
  ])('%s -> read', (_name, line, expected) => {
    const parsed = readCommand(line);
    expect(parsed.ok ? parsed.command : parsed).toMatchObject(expected);
  });
});

/** A frame that ends right before a literal of 999 octets. */
function readFrame(octets: Uint8Array): ParsedCommand {
  return parseCommand({ octets, streamed: [{ type: 'streamed-literal', at: octets.length, octetCount: 999, binary: false }], complete: false }, SERVER_LIMITS, false);
}

describe('what is refused', () => {
  test.each([
    ['no tag', '', 'no-tag', undefined, undefined],
    ['a blank first', ' a1 NOOP', 'no-tag', undefined, undefined],
    ['a tag with +', 'a+1 NOOP', 'syntax', 'a', undefined],
    ['a tag alone', 'a1', 'syntax', 'a1', undefined],
    ['no such command', 'a1 FROB x', 'unknown-command', 'a1', 'FROB'],
    ['UID before what has no such form', 'a1 UID NOOP', 'unknown-command', 'a1', 'UID NOOP'],
    ['UID alone', 'a1 UID', 'unknown-command', 'a1', 'UID'],
    ['arguments too few', 'a1 LOGIN joe', 'syntax', 'a1', 'LOGIN'],
    ['arguments too many', 'a1 DELETE x y', 'syntax', 'a1', 'DELETE'],
    ['two blanks', 'a1 COPY 1  x', 'syntax', 'a1', 'COPY'],
    ['no message', 'a1 FETCH 0 FLAGS', 'syntax', 'a1', 'FETCH'],
    ['a parameter that nobody registered', 'a1 SELECT x (FROB)', 'syntax', 'a1', 'SELECT'],
    ['an item that nobody registered', 'a1 STATUS x (FROB)', 'syntax', 'a1', 'STATUS'],
    ['no items', 'a1 STATUS x ()', 'syntax', 'a1', 'STATUS'],
    ['no patterns', 'a1 LIST "" ()', 'syntax', 'a1', 'LIST'],
    ['a search key that nobody registered', 'a1 SEARCH FROB', 'syntax', 'a1', 'SEARCH'],
    ['an action of STORE that there is not', 'a1 STORE 1 FLUGS (x)', 'syntax', 'a1', 'STORE'],
    ['what is no base64', 'a1 AUTHENTICATE PLAIN a!', 'syntax', 'a1', 'AUTHENTICATE'],
    ['a date that is none', 'a1 APPEND x "31-Feb-2000 00:00:00 +0000" {1+}\r\na', 'syntax', 'a1', 'APPEND'],
    ['a message that is no literal', 'a1 APPEND x "abc"', 'syntax', 'a1', 'APPEND'],
    ['a flag that no server could tell again', 'a1 STORE 1 FLAGS (a]b)', 'syntax', 'a1', 'STORE'],
    ['a flag that is no ASCII', 'a1 APPEND x (\u00e4) {1+}\r\na', 'syntax', 'a1', 'APPEND'],
    ['a flag that only PERMANENTFLAGS has', 'a1 STORE 1 +FLAGS \\*', 'syntax', 'a1', 'STORE'],
    ['a mailbox with a line end in its name', 'a1 CREATE {3}\r\na\nb', 'syntax', 'a1', 'CREATE'],
    ['a quoted string without end', 'a1 LOGIN "joe x', 'syntax', 'a1', 'LOGIN'],
    ['parentheses too deep', `a1 SEARCH ${'('.repeat(100)}ALL${')'.repeat(100)}`, 'syntax', 'a1', 'SEARCH'],
  ])('%s -> what a BAD response needs', (_name, line, error, tag, name) => {
    expect(readCommand(line)).toMatchObject({ ok: false, error, tag, name });
  });

  test('limits have codes in what is told', () => {
    expect(readCommand('a1 STATUS x (MESSAGES UNSEEN UIDNEXT)', false, { ...SERVER_LIMITS, elements: 2 })).toMatchObject({ ok: false, expected: 'at most 2 elements (LIMIT_ELEMENTS)' });
    expect(readCommand('a1 SEARCH ((ALL))', false, { ...SERVER_LIMITS, depth: 1 })).toMatchObject({ ok: false, expected: 'at most 1 levels of parentheses (LIMIT_DEPTH)' });
  });

  test('a frame that ends before a streamed literal -> cut, unless the command can be read so far', () => {
    const octets = encodeLatin1('a1 APPEND x {999}\r\n');
    const literal = { type: 'streamed-literal', at: octets.length, octetCount: 999, binary: false } as const;
    expect(readFrame(octets)).toMatchObject({ ok: true, command: { name: 'APPEND', messages: [{ message: literal }] } });
    const catenate = encodeLatin1('a1 APPEND x CATENATE (TEXT {999}\r\n');
    expect(readFrame(catenate)).toMatchObject({ ok: false, error: 'cut', tag: 'a1', name: 'APPEND' });
    expect(readFrame(encodeLatin1('a1 LOGIN {999}\r\n'))).toMatchObject({ ok: false, error: 'syntax', expected: 'a literal small enough to keep (LIMIT_LITERAL_OCTETS)' });
  });

  test.each([
    [{ name: 'LOGIN', user: 'a\0', password: '' }],
    [{ name: 'SELECT', mailbox: 'a\nb', parameters: select }],
    [{ name: 'STATUS', mailbox: 'x', items: [] }],
    [{ name: 'STATUS', mailbox: 'x', items: ['MESSAGES)\r\nA2 LOGOUT'] }],
    [{ name: 'LIST', reference: '', patterns: [], selectionOptions, returnOptions }],
    [{ name: 'STORE', uid: false, set: [[1, 1]], parameters: storeParameters, item: 'FLAGS', action: 'add', silent: false, values: ['\\Seen)\r\nA2 LOGOUT'] }],
    [{ name: 'STORE', uid: false, set: [[1, 1]], parameters: storeParameters, item: 'FLAGS', action: 'toString', silent: false, values: [] }],
    [{ name: 'AUTHENTICATE', mechanism: 'PLAIN x', initialResponse: undefined }],
    [{ name: 'FETCH', uid: false, set: [], items: [{ name: 'FLAGS' }], parameters: fetchParameters }],
    [{ name: 'APPEND', mailbox: 'x', messages: [] }],
    [{ name: 'APPEND', mailbox: 'x', messages: [message('', { message: undefined })] }],
    [{ name: 'FROB' }],
    [{ name: 'constructor' }],
  ])('%j -> thrown before a line is written', (command) => {
    expect(() => encodeCommand('A1', command as unknown as Command, false)).toThrow(/./);
  });

  test.each(['', 'a b', 'a+', 'a\r\nb', '*)', 'a"'])('tag %j -> TypeError', (tag) => {
    expect(() => encodeCommand(tag, { name: 'NOOP' }, false)).toThrow(TypeError);
  });

  test('a parameter that nobody registered -> TypeError', () => {
    expect(() => makeParameters('SELECT', { frob: true } as never)).toThrow(TypeError);
  });
});

describe('the inverse law', () => {
  const random = new SeededRandom(41);
  const alphabet = [...'abZ09 "\\(){}%*[]&~$,./\t', 'é', '日', '😀', '\r', '\n'];
  const text = (): string => Array.from({ length: random.chance(0.02) ? 1500 : random.integer(0, 10) }, () => random.pick(alphabet)).join('');
  const mailbox = (): string => {
    const name = text().replaceAll(/[\r\n]/g, '');
    return name.toUpperCase() === 'INBOX' ? 'INBOX' : name;
  };
  const set = (): MessageSet => {
    if (random.chance(0.1)) return '$';
    return Array.from({ length: random.integer(1, 4) }, () => {
      const first = random.integer(1, 0xffffffff);
      return [first, random.chance(0.2) ? STAR : Math.min(0xffffffff, first + random.integer(0, 9))] as const;
    });
  };
  const flags = (): string[] => Array.from({ length: random.integer(0, 3) }, () => random.pick(['\\Seen', '\\Deleted', '$Junk', 'x', 'NIL']));
  const items: readonly StatusItemName[] = ['MESSAGES', 'UIDNEXT', 'UIDVALIDITY', 'UNSEEN', 'SIZE', 'HIGHESTMODSEQ'];
  const makers: readonly (() => Command)[] = [
    () => ({ name: 'LOGIN', user: text(), password: text() }),
    () => ({ name: 'AUTHENTICATE', mechanism: random.pick(['PLAIN', 'SCRAM-SHA-256']), initialResponse: random.chance(0.5) ? random.octets(random.integer(0, 20)) : undefined }),
    () => ({ name: random.pick(['SELECT', 'EXAMINE']), mailbox: mailbox(), parameters: makeParameters('SELECT', { condstore: random.chance(0.5) ? true : undefined }) }),
    () => ({ name: random.pick(['DELETE', 'SUBSCRIBE', 'UNSUBSCRIBE']), mailbox: mailbox() }),
    () => ({ name: 'CREATE', mailbox: mailbox(), parameters: random.chance(0.5) ? create : makeParameters('CREATE', { use: ['\\Sent'] }) }),
    () => ({ name: 'RENAME', mailbox: mailbox(), newName: mailbox(), parameters: rename }),
    () => ({
      name: 'LIST', reference: mailbox(), patterns: Array.from({ length: random.integer(1, 3) }, mailbox),
      selectionOptions: random.chance(0.5) ? selectionOptions : makeParameters('LIST-SELECT', { subscribed: true }),
      returnOptions: random.chance(0.5) ? returnOptions : makeParameters('LIST-RETURN', { children: true, status: ['MESSAGES', 'UIDNEXT'] }),
    }),
    () => ({ name: 'LSUB', reference: mailbox(), pattern: mailbox() }),
    () => ({ name: 'STATUS', mailbox: mailbox(), items: Array.from({ length: random.integer(1, 4) }, () => random.pick(items)) }),
    () => ({
      name: 'APPEND', mailbox: mailbox(),
      messages: Array.from({ length: random.integer(1, 3) }, () => ({
        flags: flags(),
        internalDate: random.chance(0.5) ? { ms: random.integer(0, 0x7fffffff) * 1000, offsetMinutes: random.integer(-720, 720) } : undefined,
        message: random.chance(0.5)
          ? { type: 'literal', octets: random.octets(random.integer(0, 30)), binary: true } as const
          : { type: 'literal', octets: encodeUtf8(text()), binary: false } as const,
        parameters: appendParameters,
      })),
    }),
    () => ({ name: 'EXPUNGE', uid: true, set: set() }),
    () => ({ name: random.pick(['COPY', 'MOVE']), uid: random.chance(0.5), set: set(), mailbox: mailbox() }),
    () => ({
      name: 'STORE', uid: random.chance(0.5), set: set(), parameters: random.chance(0.5) ? storeParameters : makeParameters('STORE', { unchangedSince: BigInt(random.word()) }),
      item: 'FLAGS', action: random.pick(['replace', 'add', 'remove']), silent: random.chance(0.5), values: flags(),
    }),
    () => ({
      name: 'STORE', uid: random.chance(0.5), set: set(), parameters: storeParameters, item: 'X-GM-LABELS', action: 'add', silent: false,
      values: ['\\Inbox', ...Array.from({ length: 2 }, mailbox).filter((label) => !label.startsWith('\\'))],
    }),
    () => ({
      name: 'FETCH', uid: random.chance(0.5), set: set(), items: [{ name: 'FLAGS' }, { name: 'UID' }],
      parameters: random.chance(0.5) ? fetchParameters : makeParameters('FETCH', { changedSince: BigInt(random.word()) }),
    }),
    () => ({
      name: 'SEARCH', uid: random.chance(0.5), returnOptions: random.chance(0.5) ? undefined : makeParameters('SEARCH-RETURN', { all: true, count: random.chance(0.5) ? true : undefined }),
      charset: 'UTF-8', search: { key: 'SUBJECT', value: text() },
    }),
  ];

  test.each([false, true])('read(write(command)) is the command; UTF-8 enabled: %s', (utf8) => {
    for (let round = 0; round < 1500; round++) {
      const command = random.pick(makers)();
      expect(commandThroughWire(command, utf8)).toEqual(command);
    }
  });

  test('mutations of commands: read or refused, never thrown', () => {
    for (let round = 0; round < 3000; round++) {
      const line = [...random.pick(EXAMPLES)[1].replaceAll(/\{.*/gs, '')];
      for (let count = random.integer(1, 4); count > 0; count--) {
        const at = random.integer(0, line.length);
        line.splice(at, random.integer(0, 2), ...random.pick(['', '(', ')', '"', ' ', '{', '}', '\\', ':', '*', '\xff', '[', '0', 'NIL', ',']));
      }
      const parsed = readCommand(`A1 ${line.join('')}`.replace(/\{\d*\+?\}$/, ''));
      if (!parsed.ok) {
        expect(parsed.expected).not.toBe('');
        expect(parsed.at).toBeGreaterThanOrEqual(0);
      }
    }
  });
});

describe('the table', () => {
  test('every command has a spec of its own, told in words', () => {
    const specs = [...allCommands()];
    expect(specs.length).toBeGreaterThan(40);
    for (const spec of specs) {
      expect(spec.name).toMatch(/^[A-Z]+$/);
      expect(spec.syntax).toContain(spec.name);
      expect(spec.source).toMatch(/^RFC \d+|^Gmail|^no RFC/);
      expect(spec.states.length).toBeGreaterThan(0);
    }
  });

  test.each(EXAMPLES)('%s: %s is explained', (_source, line) => {
    const parsed = readCommand(`A001 ${line}`);
    expect(parsed.ok && parsed.spec.explain(parsed.command)).toMatch(/^The client .*\.$/s);
  });
});
