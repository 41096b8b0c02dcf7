/**
 * What bad input gets: every case has a coded answer, and the session, or at least the process, goes on. The same cases run
 * over real sockets in `packages/smtp-server/test/abuse.test.ts`.
 */
import { address } from '@mailwright/address';
import {
  ClientMachine, type ClientEvent, ClientTransaction, encodeCommand, mailCommand, rcptCommand, reply, resolveClientOptions, resolveServerOptions,
  scanMessage, ServerMachine, type ServerOptionsInput,
} from '@mailwright/smtp';
import { concatOctets, encodeLatin1 } from '@mailwright/wire';
import { describe, expect, test } from 'vitest';
import { SeededRandom } from '../../testing/src/seeded-random.ts';

interface Served {
  /** Reply codes, the last line of each. */
  readonly codes: readonly number[];
  readonly text: string;
  readonly violations: readonly string[];
  readonly messages: readonly string[];
  readonly end: string | undefined;
}

/** Feeds a server that accepts everything and tells all that happened. */
function serve(input: string | readonly Uint8Array[], options: Partial<ServerOptionsInput> = {}, eof = true): Served {
  const machine = new ServerMachine(resolveServerOptions({ hostname: 'mx.example', ...options }), false, 0);
  const violations: string[] = [];
  const messages: string[] = [];
  let parts: Uint8Array[] = [];
  let text = '';
  let end: string | undefined;
  const pump = (): void => {
    for (;;) {
      const event = machine.next();
      if (event.type === 'closed') end = event.end;
      if (event.type === 'need-data' || event.type === 'closed' || event.type === 'upgrade-tls') break;
      if (event.type === 'violation') violations.push(event.code);
      if (event.type === 'connect' || event.type === 'command') machine.accept();
      if (event.type === 'response') machine.reply(reply(535, '5.7.8', 'No'));
      if (event.type === 'body-begin' || event.type === 'body-abort') parts = [];
      if (event.type === 'body') parts.push(event.octets.slice());
      if (event.type === 'body-end' && event.refusal === undefined) {
        messages.push(Buffer.from(concatOctets(parts)).toString('latin1'));
        machine.accept();
      }
    }
    text += machine.takeOutput(0) ?? '';
  };
  pump();
  for (const chunk of typeof input === 'string' ? [encodeLatin1(input)] : input) {
    machine.receive(chunk, 0);
    pump();
  }
  if (eof) machine.end();
  pump();
  const codes = text.split('\r\n').filter((line) => /^\d{3} /.test(line)).map((line) => Number(line.slice(0, 3)));
  return { codes: codes.slice(1), text, violations, messages, end };
}

const ENVELOPE = 'EHLO a.example\r\nMAIL FROM:<a@b.example>\r\nRCPT TO:<c@d.example>\r\n';
const INNER = 'MAIL FROM:<evil@b.example>\r\nRCPT TO:<c@d.example>\r\nDATA\r\nsmuggled\r\n.\r\n';

test('rfc5321 3.8: the client goes in the middle of a transaction that a shutdown waits for -> closed at once', () => {
  const machine = new ServerMachine(resolveServerOptions({ hostname: 'mx.example' }), false, 0);
  machine.receive(encodeLatin1('EHLO a.example\r\nMAIL FROM:<a@b.example>\r\n'), 0);
  for (let event = machine.next(); event.type !== 'need-data'; event = machine.next()) machine.accept();
  machine.shutdown();
  expect(machine.next()).toEqual({ type: 'need-data' });
  machine.end();
  expect(machine.next()).toEqual({ type: 'closed', end: 'eof' });
});

describe('end of data: only CRLF.CRLF ends a message', () => {
  const sequences = ['\n.\n', '\n.\r\n', '\r.\r', '\r.\n', '\r.\r\n', '\n.\r', '\r\n.\n', '\r\n.\r', '\r\n\0.\r\n', '\r\n.\0\r\n', '\r\n. \r\n', '.\r\n'];
  for (const policy of ['reject', 'normalize', 'pass'] as const) {
    test.each(sequences.map((sequence) => [JSON.stringify(sequence), sequence]))(`smuggling under ${policy}: %s ends nothing`, (_name, sequence) => {
      const { codes, messages } = serve(`${ENVELOPE}DATA\r\nouter${sequence}${INNER}QUIT\r\n`, { lineEnds: policy, nul: policy });
      expect(codes).toHaveLength(6); // EHLO, MAIL, RCPT, DATA, the verdict, QUIT
      expect(codes[3]).toBe(354);
      expect([250, 550]).toContain(codes[4]);
      expect(messages.length).toBe(codes[4] === 250 ? 1 : 0);
      if (messages.length === 1) expect(messages[0]).toContain('smuggled');
    });
  }
});

describe('commands', () => {
  test('an over-long line gets 500 and the session goes on', () => {
    const { codes, violations } = serve(`NOOP ${'x'.repeat(5000)}\r\nNOOP\r\n`);
    expect(codes).toEqual([500, 250]);
    expect(violations).toEqual(['LIMIT_LINE_OCTETS']);
  });

  test('a line without end costs its limit and no more', () => {
    const chunk = encodeLatin1('x'.repeat(65_536));
    const { codes, end } = serve(Array.from({ length: 100 }, () => chunk));
    expect(codes).toEqual([500]);
    expect(end).toBe('eof');
  });

  test.each([
    ['bare LF', 'NOOP\nNOOP\r\nNOOP\r\n', 'SMTP_BARE_LF'],
    ['bare CR', 'NO\rOP\r\nNOOP\r\n', 'SMTP_BARE_CR'],
    ['NUL', 'NO\0OP\r\nNOOP\r\n', 'SMTP_NUL'],
    ['octets that are not UTF-8', 'NOOP \xff\r\nNOOP\r\n', 'SMTP_SYNTAX'],
  ])('%s in a command line gets 500 and the next command is read', (_name, input, code) => {
    const { codes, violations } = serve(input);
    expect(codes[0]).toBe(500);
    expect(codes.at(-1)).toBe(250);
    expect(violations[0]).toBe(code);
  });

  test('8-bit where SMTPUTF8 was not asked for: 553 5.6.7', () => {
    const { text } = serve('EHLO a.example\r\nMAIL FROM:<\xc3\xa9@b.example>\r\n');
    expect(text).toContain('553 5.6.7');
  });

  test('garbage before EHLO: every line is answered, and too many errors end the session with 421', () => {
    const { codes, end, violations } = serve('GET / HTTP/1.1\r\n'.repeat(100), { limits: { errors: 5 } });
    expect(codes).toEqual([500, 500, 500, 500, 500, 500, 421]);
    expect(end).toBe('violation');
    expect(violations).toContain('LIMIT_ERRORS');
  });

  test.each([
    ['MAIL before EHLO', 'MAIL FROM:<a@b.example>\r\n'],
    ['RCPT before MAIL', 'EHLO a\r\nRCPT TO:<a@b.example>\r\n'],
    ['DATA before MAIL', 'EHLO a\r\nDATA\r\n'],
    ['DATA before RCPT', 'EHLO a\r\nMAIL FROM:<a@b.example>\r\nDATA\r\n'],
    ['MAIL in a transaction', `${ENVELOPE}MAIL FROM:<a@b.example>\r\n`],
    ['DATA between chunks', `${ENVELOPE}BDAT 2\r\nabDATA\r\n`],
  ])('rfc5321 4.1.4: %s -> 503', (_name, input) => {
    expect(serve(input).codes.at(-1)).toBe(503);
  });

  test('NOOP without end: 421 after the limit of idle commands', () => {
    const { codes, end } = serve('NOOP\r\n'.repeat(50), { limits: { idleCommands: 10 } });
    expect(codes).toHaveLength(11);
    expect(codes.at(-1)).toBe(421);
    expect(end).toBe('violation');
  });

  test('more recipients than the limit get 452 4.5.3 and the others stay', () => {
    const { codes, text } = serve(`EHLO a\r\nMAIL FROM:<a@b.example>\r\n${'RCPT TO:<c@d.example>\r\n'.repeat(4)}DATA\r\nhi\r\n.\r\n`, { limits: { recipients: 2 } });
    expect(codes).toEqual([250, 250, 250, 250, 452, 452, 354, 250]);
    expect(text).toContain('452 4.5.3');
  });
});

describe('messages', () => {
  test('DATA over the limit: read to its end, 552 5.3.4, the session goes on', () => {
    const { codes, messages, violations, text } = serve(`${ENVELOPE}DATA\r\n${'x'.repeat(98)}\r\n${'y'.repeat(98)}\r\n.\r\nNOOP\r\n`, { limits: { messageOctets: 150 } });
    expect(codes.slice(4)).toEqual([552, 250]);
    expect(text).toContain('552 5.3.4');
    expect(messages).toEqual([]);
    expect(violations).toEqual(['LIMIT_MESSAGE_OCTETS']);
  });

  test('a limit is met to the octet', () => {
    expect(serve(`${ENVELOPE}DATA\r\n${'x'.repeat(98)}\r\n.\r\n`, { limits: { messageOctets: 100 } }).codes.at(-1)).toBe(250);
    expect(serve(`${ENVELOPE}DATA\r\n${'x'.repeat(99)}\r\n.\r\n`, { limits: { messageOctets: 100 } }).codes.at(-1)).toBe(552);
  });

  test('SIZE declared over the limit: 552 at MAIL', () => {
    expect(serve('EHLO a\r\nMAIL FROM:<a@b.example> SIZE=101\r\n', { limits: { messageOctets: 100 } }).codes.at(-1)).toBe(552);
  });

  test('BDAT over the limit: the chunk is read, 552, and none of it is taken for a command', () => {
    const { codes, messages } = serve(`${ENVELOPE}BDAT 200\r\n${'QUIT\r\n'.repeat(33)}ab${'BDAT 6 LAST\r\nQUIT\r\n'}NOOP\r\n`, { limits: { messageOctets: 100 } });
    expect(codes.slice(3)).toEqual([552, 503, 250]);
    expect(messages).toEqual([]);
  });

  test('rfc3030 2: a refused chunk is read and thrown away, in every state', () => {
    expect(serve('BDAT 6 LAST\r\nQUIT\r\nNOOP\r\n').codes).toEqual([503, 250]);
    expect(serve('EHLO a\r\nBDAT 6 LAST\r\nQUIT\r\nNOOP\r\n').codes).toEqual([250, 503, 250]);
    expect(serve('EHLO a\r\nMAIL FROM:<a@b.example>\r\nBDAT 6 LAST\r\nQUIT\r\nNOOP\r\n').codes).toEqual([250, 250, 503, 250]);
  });

  test('a BDAT line that can\'t be read ends the session: its octets can\'t be told from commands', () => {
    const { codes, end } = serve(`${ENVELOPE}BDAT ten LAST\r\nRSET\r\n`);
    expect(codes.at(-1)).toBe(501);
    expect(end).toBe('violation');
  });

  test('the client leaves in the middle of a message: nothing was received', () => {
    for (const cut of ['DATA\r\nhalf a mess', 'DATA\r\nall of it\r\n.', 'DATA\r\nall of it\r\n.\r', 'BDAT 100 LAST\r\nhalf', 'BDAT 4\r\nhalf']) {
      const { messages, end } = serve(`${ENVELOPE}${cut}`);
      expect(messages).toEqual([]);
      expect(end).toBe('eof');
    }
  });

  test('8-bit octets that were not declared: taken by default, 554 5.6.3 where the option refuses them', () => {
    const message = `${ENVELOPE}DATA\r\ncaf\xe9\r\n.\r\nNOOP\r\n`;
    expect(serve(message).messages).toEqual(['caf\xe9\r\n']);
    const refused = serve(message, { eightBit: 'reject' });
    expect(refused.codes.slice(4)).toEqual([554, 250]);
    expect(refused.text).toContain('554 5.6.3');
    expect(serve(message.replace('<a@b.example>', '<a@b.example> BODY=8BITMIME'), { eightBit: 'reject' }).codes.slice(4)).toEqual([250, 250]);
    expect(serve(`${ENVELOPE}BDAT 4 LAST\r\ncaf\xe9`, { eightBit: 'reject' }).codes.at(-1)).toBe(554);
  });

  test('NUL under reject: 550, under pass: kept', () => {
    expect(serve(`${ENVELOPE}DATA\r\na\0b\r\n.\r\n`).codes.at(-1)).toBe(550);
    expect(serve(`${ENVELOPE}DATA\r\na\0b\r\n.\r\n`, { nul: 'pass' }).messages).toEqual(['a\0b\r\n']);
    expect(serve(`${ENVELOPE}DATA\r\na\0b\rc\nd\r\n.\r\n`, { nul: 'normalize', lineEnds: 'normalize' }).messages).toEqual(['ab\r\nc\r\nd\r\n']);
  });
});

describe('STARTTLS', () => {
  test('plaintext queued behind STARTTLS is refused and the session ends', () => {
    const { codes, violations, end } = serve('EHLO a\r\nSTARTTLS\r\nMAIL FROM:<a@b.example>\r\n', { startTls: true });
    expect(codes).toEqual([250, 554]);
    expect(violations).toEqual(['SMTP_OCTETS_BEFORE_TLS']);
    expect(end).toBe('violation');
  });

  test('STARTTLS with an argument: 501, in TLS: 503, not offered: 502', () => {
    expect(serve('EHLO a\r\nSTARTTLS now\r\n', { startTls: true }).codes.at(-1)).toBe(501);
    expect(serve('EHLO a\r\nSTARTTLS\r\n').codes.at(-1)).toBe(502);
  });
});

describe('random octets', () => {
  test('never throw, hang or answer more often than there are lines; every split is the same', () => {
    const words = ['EHLO a\r\n', 'MAIL FROM:<a@b.example>', 'RCPT TO:<c@d.example>', 'DATA\r\n', 'BDAT 5', ' LAST', '\r\n', '\n', '\r', '.', '\0', '\xff', 'AUTH PLAIN', 'STARTTLS\r\n', 'x'.repeat(100)];
    for (let seed = 1; seed <= 300; seed++) {
      const random = new SeededRandom(seed);
      let input = '';
      for (let count = random.integer(1, 60); count > 0; count--) input += random.pick(words);
      const octets = encodeLatin1(input);
      const options = { limits: { lineOctets: 80, messageOctets: 300, errors: 1000 } };
      const whole = serve([octets], options);
      const split = serve(random.split(octets), options);
      expect({ ...split, seed }).toEqual({ ...whole, seed });
      expect(whole.codes.length).toBeLessThanOrEqual(input.length);
    }
  });
});

// A server against our client

interface Told {
  readonly events: readonly ClientEvent[];
  readonly types: readonly string[];
  readonly written: string;
}

/** A client that sends one message to a server that says `replies`, one element each time the client has written. */
function converse(replies: readonly string[], message = 'hi\r\n'): Told & { readonly transaction: ClientTransaction } {
  const machine = new ClientMachine(resolveClientOptions({ helloDomain: 'client.example' }), 0);
  const transaction = new ClientTransaction(mailCommand(address('a@b.example')), [rcptCommand(address('c@d.example'))], { form: 'whole', text: scanMessage(encodeLatin1(message), 'reject', 'reject') });
  const events: ClientEvent[] = [];
  let written = '';
  for (const text of replies) {
    machine.receive(encodeLatin1(text), 0);
    for (let event = machine.next(); event.type !== 'need-data' && event.type !== 'upgrade-tls'; event = machine.next()) {
      events.push(event);
      if (event.type === 'closed') break;
      if (event.type === 'greeting') machine.hello();
      if (event.type === 'capabilities') machine.begin(transaction);
    }
    for (let parts = machine.takeOutput(0); parts !== undefined; parts = machine.takeOutput(0)) written += Buffer.from(concatOctets(parts)).toString('latin1');
  }
  return { events, types: events.map((event) => (event.type === 'violation' ? event.code : event.type)), written, transaction };
}

const GREETED = ['220 mx.example\r\n', '250-mx.example\r\n250-PIPELINING\r\n250 8BITMIME\r\n'];

describe('a server that breaks the rules', () => {
  test('a 250 that came with the 354 is not the verdict', () => {
    const { types, transaction } = converse([...GREETED, '250 ok\r\n250 ok\r\n354 go\r\n250 queued\r\n']);
    expect(types).toContain('SMTP_UNEXPECTED_REPLY');
    expect(transaction).toMatchObject({ stage: 'done', cut: 'violation', verdict: undefined, messageSent: false });
  });

  test('250 to DATA is no leave to send', () => {
    const { types, written } = converse([...GREETED, '250 ok\r\n250 ok\r\n250 ok\r\n']);
    expect(types).toContain('SMTP_UNEXPECTED_REPLY');
    expect(written).not.toContain('hi\r\n');
  });

  test.each([
    ['too many replies', '250 ok\r\n250 ok\r\n354 go\r\n250 more\r\n250 and more\r\n', 'SMTP_UNEXPECTED_REPLY'],
    ['354 to MAIL', '354 go\r\n', 'SMTP_UNEXPECTED_REPLY'],
    ['no digits', 'hello\r\n', 'SMTP_BAD_REPLY'],
    ['two codes in one reply', '250-a\r\n550 b\r\n', 'SMTP_BAD_REPLY'],
    ['a line end without CR', '250 ok\n', 'SMTP_BAD_REPLY'],
    ['an endless multi-line reply', '250-x\r\n'.repeat(1000), 'LIMIT_REPLY_LINES'],
    ['an endless line', `250 ${'x'.repeat(10_000)}`, 'LIMIT_LINE_OCTETS'],
  ])('%s: %#', (_name, replies, code) => {
    const { types, transaction, events } = converse([...GREETED, replies]);
    expect(types).toContain(code);
    expect(types.at(-1)).toBe('closed');
    expect(transaction.stage).toBe('done');
    expect(events.at(-1)).toEqual({ type: 'closed', end: 'violation' });
  });

  test('421 while a message is under way: nothing more is sent, the outcome is known', () => {
    const { transaction } = converse([...GREETED, '250 ok\r\n421 going down\r\n']);
    expect(transaction).toMatchObject({ stage: 'done', cut: 'closed', messageSent: false });
  });

  test('the connection is lost after the final dot: the message was sent and no verdict came', () => {
    const machine = new ClientMachine(resolveClientOptions({ helloDomain: 'c.example' }), 0);
    const transaction = new ClientTransaction(mailCommand(null), [rcptCommand(address('c@d.example'))], { form: 'whole', text: scanMessage(encodeLatin1('hi\r\n'), 'reject', 'reject') });
    for (const text of [...GREETED, '250 ok\r\n250 ok\r\n354 go\r\n']) {
      machine.receive(encodeLatin1(text), 0);
      for (let event = machine.next(); event.type !== 'need-data'; event = machine.next()) {
        if (event.type === 'greeting') machine.hello();
        if (event.type === 'capabilities') machine.begin(transaction);
      }
      while (machine.takeOutput(0) !== undefined);
    }
    machine.end();
    expect(transaction).toMatchObject({ cut: 'closed', messageSent: true, verdict: undefined });
  });

  test('octets behind the 220 of STARTTLS are refused', () => {
    const machine = new ClientMachine(resolveClientOptions({ helloDomain: 'c.example' }), 0);
    machine.receive(encodeLatin1('220 mx\r\n'), 0);
    machine.next();
    machine.startTls();
    machine.takeOutput(0);
    machine.receive(encodeLatin1('220 go\r\n250 injected\r\n'), 0);
    expect(machine.next()).toMatchObject({ type: 'violation', code: 'SMTP_OCTETS_BEFORE_TLS' });
    expect(machine.next()).toEqual({ type: 'closed', end: 'violation' });
  });

  test('421 while nothing is asked is a goodbye, not an error', () => {
    const { types } = converse(['220 mx\r\n', '250 mx\r\n', '250 ok\r\n', '250 ok\r\n', '354 go\r\n', '250 ok\r\n', '421 idle too long\r\n']);
    expect(types.slice(-3)).toEqual(['done', 'goodbye', 'closed']);
  });

  test('random replies: every transaction ends at the latest with the connection', () => {
    const lines = ['220 a', '250 a', '250-a', '354 a', '421 a', '550 a', '503 a', '334 YQ==', 'junk', '250 PIPELINING', '235 x'];
    for (let seed = 1; seed <= 500; seed++) {
      const random = new SeededRandom(seed);
      const replies = Array.from({ length: random.integer(1, 15) }, () => `${random.pick(lines)}\r\n`);
      const { transaction, types } = converse([...(random.chance(0.7) ? GREETED : []), ...replies]);
      if (types.at(-1) === 'closed' && types.includes('capabilities')) expect(transaction.stage, `seed ${seed}`).toBe('done');
    }
  });
});

describe('what our client never writes', () => {
  test('CR, LF and NUL in a command are a TypeError', () => {
    for (const octet of ['\r', '\n', '\0', '\r\n']) {
      expect(() => encodeCommand({ verb: 'EHLO', domain: `a${octet}b` })).toThrow(TypeError);
      expect(() => encodeCommand({ verb: 'NOOP', argument: `a${octet}b` })).toThrow(TypeError);
      expect(() => encodeCommand(mailCommand(null, { ENVID: `a${octet}b` }))).toThrow(TypeError);
      expect(() => encodeCommand(mailCommand(null, { unknown: [{ keyword: 'X', value: `a${octet}b` }] }))).toThrow(TypeError);
      expect(() => address(`a${octet}b@c.example`)).toThrow(TypeError);
    }
  });

  test('a message with a bare CR, a bare LF or a NUL is not sent', () => {
    for (const message of ['a\nb\r\n', 'a\rb\r\n', 'a\0b\r\n', 'a\r']) {
      const { transaction, written } = converse([...GREETED, '250 ok\r\n'], message);
      expect(transaction.unsendable).toBeDefined();
      expect(written).not.toContain('MAIL');
    }
  });

  test('8-bit octets do not go to a server without 8BITMIME', () => {
    const { transaction, written } = converse(['220 mx\r\n', '250 mx\r\n'], 'Subject: x\r\n\r\n\xe9\r\n');
    expect(transaction.unsendable?.code).toBe('SMTP_NEEDS_8BITMIME');
    expect(written).not.toContain('MAIL');
  });
});
