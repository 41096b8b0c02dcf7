/** Servers that break the protocol: each gets a coded answer, and nothing that they say out of turn is believed. */
import { connectSmtp, type SendResult, type SmtpError } from '@mailwright/smtp-client';
import { describe, expect, test } from 'vitest';
import { failureOf, type Peer, scripted } from './support/peer.ts';
import { CLIENT, connected, FakeClock, message, offline, settle } from './support/world.ts';

interface Abuse {
  readonly name: string;
  readonly keywords?: readonly string[];
  readonly script: (peer: Peer) => Promise<void>;
  readonly outcome: SendResult['outcome'];
  readonly code: string;
}

const toData = async (peer: Peer): Promise<void> => {
  await peer.hear('MAIL');
  peer.say('250 ok');
  await peer.hear('RCPT');
  peer.say('250 ok');
  await peer.hear('DATA');
};

const ABUSES: readonly Abuse[] = [
  {
    name: 'a 250 together with the 354 is no verdict on a message that was not sent yet', outcome: 'not-sent', code: 'SMTP_UNEXPECTED_REPLY',
    script: async (peer) => {
      await toData(peer);
      peer.say('354 go', '250 queued');
    },
  },
  {
    name: '250 to DATA is no leave to send', outcome: 'not-sent', code: 'SMTP_UNEXPECTED_REPLY',
    script: async (peer) => {
      await toData(peer);
      peer.say('250 fine');
    },
  },
  {
    name: '354 to MAIL', outcome: 'not-sent', code: 'SMTP_UNEXPECTED_REPLY',
    script: async (peer) => {
      await peer.hear('MAIL');
      peer.say('354 go');
    },
  },
  {
    name: 'one reply too many', outcome: 'not-sent', code: 'SMTP_UNEXPECTED_REPLY',
    script: async (peer) => {
      await peer.hear('MAIL');
      peer.say('250 ok', '250 ok');
    },
  },
  {
    name: 'a second verdict behind the first breaks the connection, not the message', outcome: 'accepted', code: '',
    script: async (peer) => {
      await toData(peer);
      peer.say('354 go');
      await peer.hearMessage();
      peer.say('250 queued', '250 queued');
    },
  },
  {
    name: 'a line that is no reply', outcome: 'not-sent', code: 'SMTP_BAD_REPLY',
    script: async (peer) => {
      await peer.hear('MAIL');
      peer.say('what?');
    },
  },
  {
    name: 'a reply that changes its code', outcome: 'not-sent', code: 'SMTP_BAD_REPLY',
    script: async (peer) => {
      await peer.hear('MAIL');
      peer.say('250-ok', '550 or not');
    },
  },
  {
    name: 'a bare LF at the end of a reply', outcome: 'not-sent', code: 'SMTP_BAD_REPLY',
    script: async (peer) => {
      await peer.hear('MAIL');
      peer.write('250 ok\n250 ok\r\n');
    },
  },
  {
    name: 'a reply of lines without end', outcome: 'not-sent', code: 'LIMIT_REPLY_LINES',
    script: async (peer) => {
      await peer.hear('MAIL');
      for (let count = 0; count < 200 && !peer.over; count++) peer.say('250-more');
    },
  },
  {
    name: 'a reply line without end', outcome: 'not-sent', code: 'LIMIT_LINE_OCTETS',
    script: async (peer) => {
      await peer.hear('MAIL');
      peer.write(`250 ${'x'.repeat(10_000)}`);
    },
  },
  {
    name: 'a reply of long lines', outcome: 'not-sent', code: 'LIMIT_REPLY_OCTETS',
    script: async (peer) => {
      await peer.hear('MAIL');
      for (let count = 0; count < 30; count++) peer.say(`250-${'x'.repeat(3000)}`);
    },
  },
  {
    name: 'half a reply, then the end', outcome: 'not-sent', code: 'SMTP_CONNECTION_LOST',
    script: async (peer) => {
      await peer.hear('MAIL');
      peer.write('250 o');
      peer.transport.close();
    },
  },
  {
    name: 'half-closed behind the final dot', outcome: 'ambiguous', code: 'SMTP_CONNECTION_LOST',
    script: async (peer) => {
      await toData(peer);
      peer.say('354 go');
      await peer.hearMessage();
      peer.transport.close();
    },
  },
  {
    name: '334 outside a login', outcome: 'not-sent', code: 'SMTP_UNEXPECTED_REPLY',
    script: async (peer) => {
      await peer.hear('MAIL');
      peer.say('334 dGVsbCBtZQ==');
    },
  },
  {
    name: 'BDAT answered with 354', keywords: ['PIPELINING', 'CHUNKING'], outcome: 'ambiguous', code: 'SMTP_UNEXPECTED_REPLY',
    script: async (peer) => {
      await peer.hear('MAIL');
      await peer.hear('RCPT');
      await peer.hear('BDAT');
      await peer.hearOctets(22);
      peer.say('250 ok', '250 ok', '354 go');
    },
  },
];

describe('a server that breaks the protocol in a transaction', () => {
  test.each(ABUSES)('$name', async ({ keywords = [], script, outcome, code }) => {
    const { connection, peers, clock } = await connected(keywords, script);
    const result = await connection.send(message());
    await settle();
    expect(result.outcome).toBe(outcome);
    expect(result.error?.code ?? '').toBe(code);
    expect(connection.usable).toBe(false);
    expect(peers[0]!.over).toBe(true);
    expect(peers[0]!.unheard).not.toContain('Subject');
    expect(clock.pending).toBe(0);
  });

  test('a message of which the server has said nothing yet is not ended by what it says too early', async () => {
    const { connection, peers } = await connected([], async (peer) => {
      await toData(peer);
      peer.say('354 go', '250 queued');
    });
    await connection.send(message());
    await settle();
    expect(peers[0]!.received).not.toContain('\r\n.\r\n');
  });

  test('replies that nobody asked for, while the connection rests -> it is over', async () => {
    const { connection } = await connected([], async (peer) => peer.say('250 hello?'));
    await settle();
    expect(connection.usable).toBe(false);
    const result = await connection.send(message());
    expect(result).toMatchObject({ outcome: 'not-sent', attempts: 0, error: { code: 'SMTP_UNEXPECTED_REPLY', side: 'remote' } });
  });

  test('rfc5321 3.8: 421 while the connection rests is told with the next message', async () => {
    const { connection } = await connected([], async (peer) => {
      peer.say('421 4.3.2 going down');
      peer.transport.close();
    });
    await settle();
    expect(await connection.send(message())).toMatchObject({ outcome: 'not-sent', attempts: 0, error: { code: 'SMTP_GOODBYE', reply: { code: 421 } } });
  });

  test('replies after QUIT are not read', async () => {
    const { connection, clock } = await connected([], async (peer) => {
      await peer.hear('QUIT');
      peer.say('221 bye', '250 and another thing', '250-and', 'junk');
      peer.transport.close();
    });
    await connection.quit();
    expect(connection.usable).toBe(false);
    expect(clock.pending).toBe(0);
  });

  test('421 in the middle of a message: it is believed, and the message is not ended', async () => {
    const { connection, peers } = await connected([], async (peer) => {
      await toData(peer);
      peer.say('354 go');
      await peer.until(() => peer.received.includes('half'));
      peer.say('421 4.3.2 out of disk');
    });
    async function* body(): AsyncGenerator<Uint8Array> {
      yield Buffer.from('half a message\r\n');
      await new Promise(() => {});
    }
    const result = await connection.send(message({ body: body() }));
    expect(result).toMatchObject({ outcome: 'not-sent', phase: 'data', reply: { code: 421 }, error: { code: 'SMTP_GOODBYE' } });
    await settle();
    expect(peers[0]!.received).not.toContain('\r\n.\r\n');
  });

  test('552 in the middle of a message is a refusal; the connection is cut', async () => {
    const { connection, peers } = await connected([], async (peer) => {
      await toData(peer);
      peer.say('354 go');
      await peer.until(() => peer.received.includes('half'));
      peer.say('552 5.3.4 too much');
    });
    async function* body(): AsyncGenerator<Uint8Array> {
      yield Buffer.from('half a message\r\n');
      await new Promise(() => {});
    }
    const result = await connection.send(message({ body: body() }));
    expect(result).toMatchObject({ outcome: 'rejected', phase: 'data', reply: { code: 552 }, error: { code: 'SMTP_REJECTED', usable: false } });
    await settle();
    expect(peers[0]!.received).not.toContain('\r\n.\r\n');
    expect(peers[0]!.over).toBe(true);
  });
});

describe('a server that breaks the protocol before the first message', () => {
  const LOGIN = { username: 'jane', password: 'secret' };

  test.each<[string, (peer: Peer) => Promise<void>, string, string]>([
    ['greeting refused', async (peer) => peer.say('554 go away'), 'greeting', 'SMTP_GREETING_REFUSED'],
    ['greeting that is positive but not 220', async (peer) => peer.say('250 hello'), 'greeting', 'SMTP_GREETING_REFUSED'],
    ['421 as greeting', async (peer) => peer.say('421 too many'), 'greeting', 'SMTP_GREETING_REFUSED'],
    ['two greetings', async (peer) => peer.say('220 one', '220 two'), 'greeting', 'SMTP_UNEXPECTED_REPLY'],
    ['not SMTP at all', async (peer) => peer.say('SSH-2.0-OpenSSH_9.6'), 'greeting', 'SMTP_BAD_REPLY'],
    ['closed at once', async (peer) => peer.transport.close(), 'greeting', 'SMTP_CONNECTION_LOST'],
    ['EHLO and HELO refused', async (peer) => {
      peer.say('220 hi');
      await peer.hear('EHLO');
      peer.say('502 no');
      await peer.hear('HELO');
      peer.say('504 no');
    }, 'greeting', 'SMTP_HELLO_REFUSED'],
    ['421 to EHLO', async (peer) => {
      peer.say('220 hi');
      await peer.hear('EHLO');
      peer.say('421 no');
    }, 'greeting', 'SMTP_HELLO_REFUSED'],
    ['50 challenges', async (peer) => {
      await peer.greet('AUTH LOGIN');
      await peer.hear('AUTH');
      for (let count = 0; count < 50 && !peer.over; count++) {
        peer.say('334 VXNlcm5hbWU6');
        await peer.hear();
      }
    }, 'auth', 'SMTP_AUTH_FAILED'],
    ['a challenge that is not base64', async (peer) => {
      await peer.greet('AUTH CRAM-MD5');
      await peer.hear('AUTH');
      peer.say('334 ?!');
      await peer.hear('*');
      peer.say('501 cancelled');
    }, 'auth', 'SMTP_AUTH_FAILED'],
    ['success before the server proved itself', async (peer) => {
      await peer.greet('AUTH SCRAM-SHA-256');
      await peer.hear('AUTH');
      peer.say('235 welcome');
    }, 'auth', 'SMTP_AUTH_FAILED'],
  ])('%s', async (_name, script, phase, code) => {
    const clock = new FakeClock();
    const dialer = scripted(script);
    const failed = failureOf<SmtpError>(connectSmtp(offline(dialer, clock, { auth: LOGIN, tls: { mode: 'none' }, allowClearTextAuth: true })));
    await clock.advanceAsync(1000); // what is left to a server that was told QUIT
    const error = await failed;
    await settle();
    expect(error).toMatchObject({ name: 'SmtpError', code, phase, side: 'remote', outcome: 'not-sent', usable: false });
    expect(dialer.peers[0]!.over).toBe(true);
    expect(clock.pending).toBe(0);
  });

  test('starttls: plaintext behind the 220 is refused, also where TLS is only opportunistic', async () => {
    const clock = new FakeClock();
    const dialer = scripted(async (peer) => {
      await peer.greet('STARTTLS');
      await peer.hear('STARTTLS');
      peer.say('220 go', '250-server.example', '250 AUTH PLAIN');
    });
    const error = await failureOf<SmtpError>(connectSmtp(offline(dialer, clock, { tls: { mode: 'opportunistic' } })));
    expect(error).toMatchObject({ code: 'SMTP_OCTETS_BEFORE_TLS', phase: 'tls', side: 'remote' });
    expect(dialer.peers).toHaveLength(1);
    await settle();
    expect(clock.pending).toBe(0);
  });

  test('a server that refuses gets its QUIT', async () => {
    const clock = new FakeClock();
    const dialer = scripted(async (peer) => {
      peer.say('554 no service');
      await peer.hear('QUIT');
      peer.say('221 bye');
      peer.transport.close();
    });
    await failureOf(connectSmtp(offline(dialer, clock)));
    expect(dialer.errors).toEqual([]);
    expect(dialer.peers[0]!.received).toBe('QUIT\r\n');
  });

  test('rfc5321 4.1.1.1: HELO where EHLO is not known', async () => {
    const dialer = scripted(async (peer) => {
      peer.say('220 hi');
      await peer.hear(`EHLO ${CLIENT}`);
      peer.say('500 what');
      await peer.hear(`HELO ${CLIENT}`);
      peer.say('250 hi');
      await peer.takeMessage();
    });
    const connection = await connectSmtp(offline(dialer, new FakeClock()));
    expect(connection.capabilities.pipelining).toBe(false);
    expect((await connection.send(message())).outcome).toBe('accepted');
  });
});
