/** What became of a message, for every place at which a server can say no, break the rules, fall silent or go away. */
import { assertAll, type SendResult, SmtpError } from '@mailwright/smtp-client';
import { describe, expect, test } from 'vitest';
import type { Peer } from './support/peer.ts';
import { octets } from './support/peer.ts';
import { connected, message, settle } from './support/world.ts';

const PIPELINING = ['PIPELINING'];
const LOCKSTEP: readonly string[] = [];
const CHUNKING = ['PIPELINING', 'CHUNKING'];

/** `outcome phase statuses`, and the code: what a test looks at. */
function summary(result: SendResult): string {
  const recipients = result.recipients.map(({ status, phase }) => `${status}@${phase}`).join(' ');
  return `${result.outcome}@${result.phase} [${recipients}] ${result.error?.code ?? 'ok'} ${result.error?.side ?? ''} ${result.reply?.code ?? '-'}`.replace(/ +/g, ' ');
}

const TWO = { to: ['one@server.example', 'two@server.example'] };

async function untilData(peer: Peer): Promise<void> {
  while (!(await peer.hear()).startsWith('DATA')) peer.say('250 ok');
}

interface Case {
  readonly name: string;
  readonly keywords: readonly string[];
  readonly script: (peer: Peer) => Promise<void>;
  readonly expected: string;
  readonly usable: boolean;
}

const CASES: readonly Case[] = [
  {
    name: 'all accepted', keywords: PIPELINING, usable: true,
    script: async (peer) => void (await peer.takeMessage()),
    expected: 'accepted@final-dot [accepted@final-dot accepted@final-dot] ok 250',
  },
  {
    name: 'all accepted, one command a round trip', keywords: LOCKSTEP, usable: true,
    script: async (peer) => void (await peer.takeMessage()),
    expected: 'accepted@final-dot [accepted@final-dot accepted@final-dot] ok 250',
  },
  {
    name: 'BDAT, all accepted', keywords: CHUNKING, usable: true,
    script: async (peer) => {
      await peer.hear('MAIL');
      await peer.hear('RCPT');
      await peer.hear('RCPT');
      await peer.hear('BDAT 22 LAST');
      await peer.hearOctets(22);
      peer.say('250 a', '250 b', '250 c', '250 queued');
    },
    expected: 'accepted@final-dot [accepted@final-dot accepted@final-dot] ok 250',
  },
  {
    name: 'MAIL refused', keywords: LOCKSTEP, usable: true,
    script: async (peer) => {
      await peer.hear('MAIL');
      peer.say('550 5.1.8 not you');
    },
    expected: 'rejected@mail [rejected@mail rejected@mail] SMTP_REJECTED remote 550',
  },
  {
    name: 'MAIL refused in a group', keywords: PIPELINING, usable: true,
    script: async (peer) => {
      for (const verb of ['MAIL', 'RCPT', 'RCPT', 'DATA']) await peer.hear(verb);
      peer.say('550 not you', '503 no', '503 no', '503 no');
    },
    expected: 'rejected@mail [rejected@mail rejected@mail] SMTP_REJECTED remote 550',
  },
  {
    name: 'rfc5321 3.3: one of two recipients refused -> the other gets it', keywords: LOCKSTEP, usable: true,
    script: async (peer) => {
      await peer.hear('MAIL');
      peer.say('250 ok');
      await peer.hear('RCPT TO:<one');
      peer.say('550 5.1.1 no such user');
      await peer.hear('RCPT TO:<two');
      peer.say('250 ok');
      await peer.hear('DATA');
      peer.say('354 go');
      await peer.hearMessage();
      peer.say('250 queued');
    },
    expected: 'partial@final-dot [rejected@rcpt accepted@final-dot] SMTP_REJECTED remote 250',
  },
  {
    name: 'all recipients refused', keywords: LOCKSTEP, usable: true,
    script: async (peer) => {
      await peer.hear('MAIL');
      peer.say('250 ok');
      await peer.hear('RCPT');
      peer.say('550 no');
      await peer.hear('RCPT');
      peer.say('450 later');
    },
    expected: 'rejected@rcpt [rejected@rcpt rejected@rcpt] SMTP_REJECTED remote 550',
  },
  {
    name: 'rfc2920 3.1: all recipients refused and 354 all the same -> a lone dot', keywords: PIPELINING, usable: true,
    script: async (peer) => {
      await peer.hear('MAIL');
      await peer.hear('RCPT');
      await peer.hear('RCPT');
      await peer.hear('DATA');
      peer.say('250 ok', '550 no', '550 no', '354 go');
      await peer.hear('.');
      peer.say('554 no recipients');
    },
    expected: 'rejected@rcpt [rejected@rcpt rejected@rcpt] SMTP_REJECTED remote 550',
  },
  {
    name: 'DATA refused', keywords: LOCKSTEP, usable: true,
    script: async (peer) => {
      await untilData(peer);
      peer.say('451 not now');
    },
    expected: 'rejected@data [rejected@data rejected@data] SMTP_REJECTED remote 451',
  },
  {
    name: 'the message refused', keywords: LOCKSTEP, usable: true,
    script: async (peer) => void (await peer.takeMessage('554 5.7.1 spam')),
    expected: 'rejected@final-dot [rejected@final-dot rejected@final-dot] SMTP_REJECTED remote 554',
  },
  {
    name: 'rfc5321 3.8: 421 to MAIL -> nothing was judged', keywords: LOCKSTEP, usable: false,
    script: async (peer) => {
      await peer.hear('MAIL');
      peer.say('421 4.3.2 closing');
    },
    expected: 'not-sent@mail [not-sent@mail not-sent@mail] SMTP_GOODBYE remote 421',
  },
  {
    name: '421 to RCPT', keywords: LOCKSTEP, usable: false,
    script: async (peer) => {
      await peer.hear('MAIL');
      peer.say('250 ok');
      await peer.hear('RCPT');
      peer.say('421 closing');
    },
    expected: 'not-sent@rcpt [not-sent@rcpt not-sent@rcpt] SMTP_GOODBYE remote 421',
  },
  {
    name: '421 to DATA', keywords: LOCKSTEP, usable: false,
    script: async (peer) => {
      await untilData(peer);
      peer.say('421 closing');
    },
    expected: 'not-sent@data [not-sent@data not-sent@data] SMTP_GOODBYE remote 421',
  },
  {
    name: '421 as the verdict is one', keywords: LOCKSTEP, usable: false,
    script: async (peer) => void (await peer.takeMessage('421 too busy')),
    expected: 'rejected@final-dot [rejected@final-dot rejected@final-dot] SMTP_REJECTED remote 421',
  },
  {
    name: 'cut at MAIL', keywords: PIPELINING, usable: false,
    script: async (peer) => {
      await peer.hear('MAIL');
      peer.transport.destroy();
    },
    expected: 'not-sent@mail [not-sent@mail not-sent@mail] SMTP_CONNECTION_LOST remote -',
  },
  {
    name: 'closed politely at MAIL', keywords: PIPELINING, usable: false,
    script: async (peer) => {
      await peer.hear('MAIL');
      peer.transport.close();
    },
    expected: 'not-sent@mail [not-sent@mail not-sent@mail] SMTP_CONNECTION_LOST remote -',
  },
  {
    name: 'cut behind one refused recipient: the other was not sent to', keywords: LOCKSTEP, usable: false,
    script: async (peer) => {
      await peer.hear('MAIL');
      peer.say('250 ok');
      await peer.hear('RCPT');
      peer.say('550 no');
      await peer.hear('RCPT');
      peer.transport.destroy();
    },
    expected: 'not-sent@rcpt [rejected@rcpt not-sent@rcpt] SMTP_CONNECTION_LOST remote -',
  },
  {
    name: 'cut at DATA', keywords: LOCKSTEP, usable: false,
    script: async (peer) => {
      await untilData(peer);
      peer.transport.destroy();
    },
    expected: 'not-sent@data [not-sent@data not-sent@data] SMTP_CONNECTION_LOST remote -',
  },
  {
    name: 'RST after the final dot -> ambiguous', keywords: LOCKSTEP, usable: false,
    script: async (peer) => {
      await untilData(peer);
      peer.say('354 go');
      await peer.hearMessage();
      peer.transport.destroy();
    },
    expected: 'ambiguous@final-dot [ambiguous@final-dot ambiguous@final-dot] SMTP_CONNECTION_LOST remote -',
  },
  {
    name: 'cut after the final dot with one recipient refused: that one is certain', keywords: LOCKSTEP, usable: false,
    script: async (peer) => {
      await peer.hear('MAIL');
      peer.say('250 ok');
      await peer.hear('RCPT');
      peer.say('550 no');
      await peer.hear('RCPT');
      peer.say('250 ok');
      await peer.hear('DATA');
      peer.say('354 go');
      await peer.hearMessage();
      peer.transport.destroy();
    },
    expected: 'ambiguous@final-dot [rejected@rcpt ambiguous@final-dot] SMTP_CONNECTION_LOST remote -',
  },
  {
    name: 'cut behind BDAT LAST, which went with MAIL -> ambiguous', keywords: CHUNKING, usable: false,
    script: async (peer) => {
      await peer.hear('MAIL');
      peer.transport.destroy();
    },
    expected: 'ambiguous@final-dot [ambiguous@final-dot ambiguous@final-dot] SMTP_CONNECTION_LOST remote -',
  },
  {
    name: 'BDAT refused', keywords: CHUNKING, usable: true,
    script: async (peer) => {
      await peer.hear('MAIL');
      await peer.hear('RCPT');
      await peer.hear('RCPT');
      await peer.hear('BDAT');
      await peer.hearOctets(22);
      peer.say('250 a', '250 b', '250 c', '552 5.3.4 too much');
    },
    expected: 'rejected@final-dot [rejected@final-dot rejected@final-dot] SMTP_REJECTED remote 552',
  },
  {
    name: '421 to MAIL although BDAT LAST went with it: the server has judged nothing', keywords: CHUNKING, usable: false,
    script: async (peer) => {
      await peer.hear('MAIL');
      peer.say('421 closing');
    },
    expected: 'not-sent@mail [not-sent@mail not-sent@mail] SMTP_GOODBYE remote 421',
  },
];

describe('outcomes', () => {
  test.each(CASES)('$name', async ({ keywords, script, expected, usable }) => {
    const { connection, errors, clock } = await connected(keywords, script);
    const result = await connection.send(message(TWO));
    await settle();
    expect(summary(result)).toBe(expected);
    expect(connection.usable).toBe(usable);
    if (result.error !== undefined) expect(result.error.usable).toBe(usable);
    expect(errors).toEqual([]);
    connection.close();
    await settle();
    expect(clock.pending).toBe(0);
  });

  test('every field is there, whatever the outcome', async () => {
    const { connection } = await connected(PIPELINING, async (peer) => {
      await peer.takeMessage();
      await peer.hear('MAIL');
      peer.transport.destroy();
    });
    const [accepted, lost] = await Promise.all([connection.send(message()), connection.send(message())]);
    const fields = ['recipients', 'outcome', 'phase', 'reply', 'octetCount', 'attempts', 'error'];
    expect(Object.keys(accepted)).toEqual(fields);
    expect(Object.keys(lost)).toEqual(fields);
    expect(Object.keys(lost.recipients[0]!)).toEqual(['address', 'status', 'reply', 'phase', 'code']);
    expect(accepted).toMatchObject({ octetCount: 22, attempts: 1, error: undefined });
    expect(lost).toMatchObject({ octetCount: 0, attempts: 1 });
  });

  test('assertAll throws the error of a result, and nothing for one that was accepted', async () => {
    const { connection } = await connected(LOCKSTEP, async (peer) => {
      await peer.takeMessage();
      await peer.takeMessage('550 no');
    });
    const accepted = await connection.send(message());
    const rejected = await connection.send(message());
    expect(() => assertAll(accepted)).not.toThrow();
    expect(() => assertAll(rejected)).toThrow(SmtpError);
    expect(rejected.error).toMatchObject({ code: 'SMTP_REJECTED', side: 'remote', phase: 'final-dot', outcome: 'rejected', usable: true, peer: { address: 'memory' } });
    expect(rejected.error!.message).toContain('550 no');
  });

  test('requireRecipients all: one refused stops the message for all, and the connection goes on', async () => {
    const { connection, errors } = await connected(LOCKSTEP, async (peer) => {
      await peer.hear('MAIL');
      peer.say('250 ok');
      await peer.hear('RCPT');
      peer.say('550 no');
      await peer.hear('RCPT');
      peer.say('250 ok');
      await peer.hear('RSET');
      peer.say('250 ok');
      await peer.takeMessage();
    });
    const result = await connection.send(message({ ...TWO, requireRecipients: 'all' }));
    expect(summary(result)).toBe('rejected@rcpt [rejected@rcpt not-sent@rcpt] SMTP_REJECTED remote 550');
    expect(result.recipients[1]).toMatchObject({ code: 'SMTP_WITHHELD', reply: undefined });
    expect((await connection.send(message())).outcome).toBe('accepted');
    expect(errors).toEqual([]);
  });

  test.each([
    ['an 8-bit message without 8BITMIME', { body: octets('Subject: x\r\n\r\n\xe4\r\n') }, 'SMTP_NEEDS_8BITMIME'],
    ['an 8-bit header without SMTPUTF8', { body: octets('Subject: \xc3\xa4\r\n\r\n') }, 'SMTP_NEEDS_8BITMIME'],
    ['an address that is not ASCII', { to: 'j\u00f6rg@server.example' }, 'SMTP_NEEDS_SMTPUTF8'],
    ['BINARYMIME', { binary: true }, 'SMTP_NEEDS_BINARYMIME'],
    ['wishes about DSN', { dsn: { ret: 'HDRS' as const } }, 'SMTP_NEEDS_DSN'],
    ['a bare LF', { body: octets('a\nb\r\n') }, 'SMTP_BARE_LF'],
    ['a bare CR', { body: octets('a\rb\r\n') }, 'SMTP_BARE_CR'],
    ['a bare CR at the very end', { body: octets('a\r') }, 'SMTP_BARE_CR'],
    ['NUL', { body: octets('a\0b\r\n') }, 'SMTP_NUL'],
  ])('what this server can not take is not sent: %s', async (_name, over, code) => {
    const { connection, peers } = await connected(PIPELINING, async () => {});
    const result = await connection.send(message(over));
    expect(result).toMatchObject({ outcome: 'not-sent', phase: 'mail', octetCount: 0, error: { code, side: 'local', usable: true } });
    expect(peers[0]!.unheard).toBe('');
    expect(connection.usable).toBe(true);
  });

  test('rfc1870 6.1: a message that is larger than the server takes is not sent', async () => {
    const { connection, peers } = await connected(['PIPELINING', 'SIZE 10'], async () => {});
    expect(await connection.send(message())).toMatchObject({ outcome: 'not-sent', error: { code: 'SMTP_TOO_LARGE', side: 'local' } });
    expect(peers[0]!.unheard).toBe('');
  });

  test('several at once go in order, each behind the end of the one before', async () => {
    const bodies: string[] = [];
    const { connection, peers } = await connected(PIPELINING, async (peer) => {
      for (let count = 0; count < 3; count++) bodies.push(await peer.takeMessage());
    });
    const results = await Promise.all(['1', '2', '3'].map((text) => connection.send(message({ body: octets(`${text}\r\n`) }))));
    expect(results.map(({ outcome }) => outcome)).toEqual(['accepted', 'accepted', 'accepted']);
    expect(bodies).toEqual(['1\r\n', '2\r\n', '3\r\n']);
    const group = 'MAIL FROM:<sender@client.example>\r\nRCPT TO:<rcpt@server.example>\r\nDATA\r\n';
    expect(peers[0]!.chunks.slice(1)).toEqual([group, `1\r\n.\r\n${group}`, `2\r\n.\r\n${group}`, '3\r\n.\r\n']);
  });

  test('haraka: 503 to what stands behind a message -> sent again at once, and never behind one again', async () => {
    const { connection, errors } = await connected(PIPELINING, async (peer) => {
      await untilData(peer);
      peer.say('354 go');
      await peer.hearMessage();
      await untilHeard(peer, 3);
      peer.say('250 queued', '503 what', '503 what', '503 what');
      if ((await peer.hear()) !== 'RSET') throw new Error('no RSET');
      peer.say('250 ok');
      await peer.takeMessage();
      expect(peer.unheard).toBe('');
      await peer.takeMessage();
    });
    const results = await Promise.all([1, 2, 3].map(() => connection.send(message())));
    expect(results.map(({ outcome, attempts }) => `${outcome} ${attempts}`)).toEqual(['accepted 1', 'accepted 1', 'accepted 1']);
    expect(errors).toEqual([]);
  });

  test('window: many BDAT transactions leave in one write', async () => {
    const { connection, peers } = await connected(CHUNKING, async (peer) => {
      for (let count = 0; count < 4; count++) {
        for (const verb of ['RSET', 'MAIL', 'RCPT', 'BDAT']) await peer.hear(verb);
        await peer.hearOctets(22);
      }
      peer.say(...Array.from({ length: 16 }, () => '250 ok'));
    }, { window: 4 });
    const results = await Promise.all([1, 2, 3, 4].map(() => connection.send(message())));
    expect(results.every(({ outcome }) => outcome === 'accepted')).toBe(true);
    expect(peers[0]!.chunks).toHaveLength(2);
  });
});

async function untilHeard(peer: Peer, lines: number): Promise<void> {
  for (let count = 0; count < lines; count++) await peer.hear();
}
