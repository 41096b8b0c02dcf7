/** Servers that break the protocol, lie, stop in the middle, or answer in an order that nobody expects; and callers who leave in every moment. */
import { makeParameters } from '@mailwright/imap';
import { describe, expect, test } from 'vitest';
import { FakeClock } from '../../testing/src/fake-clock.ts';
import { KnownUids } from '../src/known-uids.ts';
import { SessionEnd } from '../src/session-end.ts';
import { connectScripted, rejection, type Scripted } from './connect-scripted.ts';
import type { MailboxUpdate } from '../src/watch-update.ts';
import type { ScriptedServer } from './scripted-server.ts';

const BIG = 'x'.repeat(100_000);

async function value(updates: AsyncGenerator<MailboxUpdate, void, undefined>): Promise<MailboxUpdate> {
  const { value: update, done } = await updates.next();
  if (done === true) throw new Error('the watch has ended');
  return update;
}

/** Lets everything happen that needs no clock. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
}

describe('fetching', () => {
  test('rfc9051 7.5.2: UID stands behind a streamed body -> body and UID are told together', async () => {
    await using setup = await connectScripted((command) => (command.startsWith('UID FETCH') ? `* 2 FETCH (BODY[] {${BIG.length}}\r\n${BIG} UID 20)\r\n* 3 FETCH (BODY[] {3}\r\nabc UID 30)\r\n{tag} OK done` : undefined));
    const box = await setup.client.open('INBOX');
    const seen: [number, number][] = [];
    for await (const message of box.fetch('all', { bodies: [''] })) seen.push([message.uid, (await message.body().octets()).length]);
    expect(seen).toEqual([[20, BIG.length], [30, 3]]);
  });

  test('a response that can not be read behind a streamed body -> the body of the next message is the next message\'s', async () => {
    await using setup = await connectScripted((command) => (command.startsWith('UID FETCH')
      ? `* 1 FETCH (UID 10 BODY[] {${BIG.length}}\r\n${BIG} ((((\r\n* 2 FETCH (UID 20 BODY[] {${BIG.length + 1}}\r\n${BIG}y)\r\n{tag} OK done` : undefined));
    const box = await setup.client.open('INBOX');
    const seen: [number, number | string][] = [];
    for await (const message of box.fetch('all', { bodies: [''] })) seen.push([message.uid, await message.body().octets().then(({ length }) => length, ({ code }) => String(code))]);
    expect(seen).toEqual([[10, BIG.length], [20, BIG.length + 1]]);
  });

  test('timeoutMs is for the command: a reader that is slower loses nothing', async () => {
    const clock = new FakeClock();
    await using setup = await connectScripted((command) => (command.startsWith('UID FETCH') ? '* 1 FETCH (UID 10)\r\n* 2 FETCH (UID 20)\r\n{tag} OK done' : undefined), {}, { clock });
    const box = await setup.client.open('INBOX');
    const seen: number[] = [];
    for await (const { uid } of box.fetch('all', {}, { timeoutMs: 100 })) {
      seen.push(uid);
      await clock.advance(1000);
    }
    expect(seen).toEqual([10, 20]);
  });

  test('commandTimeoutMs: a loop to which nothing comes, whatever else the server says -> IMAP_DEADLINE', async () => {
    const clock = new FakeClock();
    await using setup = await connectScripted((command) => (command.startsWith('UID FETCH') ? '* 1 FETCH (UID 10)' : undefined), {}, { clock, commandTimeoutMs: 5000 });
    const box = await setup.client.open('INBOX');
    const seen: number[] = [];
    const error = await rejection((async () => {
      for await (const { uid } of box.fetch('all', {})) {
        seen.push(uid);
        await clock.advance(4000);
        void settle().then(async () => {
          for (let second = 0; second < 6; second++) {
            setup.server.say('* OK Still here');
            await clock.advance(1000);
          }
        });
      }
    })());
    expect(seen).toEqual([10]);
    expect(error.code).toBe('IMAP_DEADLINE');
  });

  test('commandTimeoutMs: a body that stops in the middle -> IMAP_DEADLINE', async () => {
    const clock = new FakeClock();
    await using setup = await connectScripted((command, server) => {
      if (!command.startsWith('UID FETCH')) return undefined;
      server.send(`* 1 FETCH (UID 10 BODY[] {${BIG.length}}\r\nxxx`);
      return '';
    }, {}, { clock, commandTimeoutMs: 5000 });
    const box = await setup.client.open('INBOX');
    const reading = rejection((async () => {
      for await (const message of box.fetch('all', { bodies: [''] })) await message.body().octets();
    })());
    await settle();
    await clock.advance(5000);
    expect((await reading).code).toBe('IMAP_DEADLINE');
  });
});

describe('mailboxes', () => {
  test('rfc9051 7.1.5: BYE right behind the OK of SELECT -> an ImapError, no TypeError', async () => {
    await using setup = await connectScripted((command) => (command.startsWith('SELECT') ? '* 3 EXISTS\r\n{tag} OK open\r\n* BYE enough' : undefined));
    const opening = setup.client.open('INBOX').then((box) => box.search({ key: 'ALL' }));
    expect((await rejection(opening)).name).toBe('ImapError');
  });

  test('rfc9051 2.3.1.1: UIDVALIDITY changes under an open mailbox -> no command by UID goes to other messages', async () => {
    await using setup = await connectScripted((command) => (command === 'NOOP' ? '* OK [UIDVALIDITY 8] renumbered\r\n{tag} OK done' : undefined));
    const box = await setup.client.open('INBOX');
    await setup.client.noop();
    expect((await rejection(box.addFlags(10, ['\\Deleted']))).code).toBe('IMAP_MAILBOX_REPLACED');
    expect(setup.server.commands.some((command) => command.includes('STORE'))).toBe(false);
    await box.close();
    await (await setup.client.open('INBOX', { waitTimeoutMs: 0 })).close();
  });

  test('a mailbox that another one replaced, closed -> the turn is free again', async () => {
    let uidValidity = 7;
    await using setup = await connectScripted((command) => (command.startsWith('SELECT') ? `* 3 EXISTS\r\n* OK [UIDVALIDITY ${uidValidity}] x\r\n{tag} OK open` : undefined), {}, { reconnect: { firstDelayMs: 1 } });
    const box = await setup.client.open('INBOX');
    uidValidity = 8;
    setup.server.transport.destroy();
    await settle();
    expect((await rejection(box.search({ key: 'ALL' }))).code).toBe('IMAP_MAILBOX_REPLACED');
    await box.close();
    const again = await setup.client.open('INBOX', { waitTimeoutMs: 0 });
    expect(again.uidValidity).toBe(8);
  });

  test('close with expunge over a connection that is gone -> rejected: nothing was expunged', async () => {
    await using setup = await connectScripted();
    const box = await setup.client.open('INBOX');
    setup.server.transport.destroy();
    await settle();
    expect((await rejection(box.close({ expunge: true }))).code).toBe('IMAP_CONNECTION_LOST');
    expect((await rejection(box.search({ key: 'ALL' }))).code).toBe('IMAP_MAILBOX_CLOSED');
  });

  test('close with expunge after the connection was made again -> CLOSE goes to the new one', async () => {
    await using setup = await connectScripted(undefined, {}, { reconnect: { firstDelayMs: 1 } });
    const box = await setup.client.open('INBOX');
    setup.server.transport.destroy();
    await settle();
    await box.close({ expunge: true });
    expect(setup.servers[1]!.commands.at(-1)).toBe('CLOSE');
  });

  test('signal aborts while the mailbox is opened again -> rejected at once', async () => {
    let silent = false;
    await using setup = await connectScripted((command) => (silent && command.startsWith('SELECT') ? '' : undefined), {}, { reconnect: { firstDelayMs: 1 } });
    const box = await setup.client.open('INBOX');
    silent = true;
    setup.server.transport.destroy();
    await settle();
    const stop = new AbortController();
    const searching = rejection(box.search({ key: 'ALL' }, { signal: stop.signal }));
    await settle();
    stop.abort();
    expect((await searching).code).toBe('IMAP_ABORTED');
  });

  test('signal is aborted already, and the mailbox can not be opened again -> rejected, and nothing is left unhandled', async () => {
    let refuses = false;
    await using setup = await connectScripted((command) => (refuses && command.startsWith('SELECT') ? '{tag} NO gone' : undefined), {}, { reconnect: { firstDelayMs: 1 } });
    const box = await setup.client.open('INBOX');
    refuses = true;
    setup.server.transport.destroy();
    await settle();
    await setup.client.noop();
    expect((await rejection(box.search({ key: 'ALL' }, { signal: AbortSignal.abort() }))).code).toBe('IMAP_ABORTED');
    await settle();
    expect((await rejection(box.search({ key: 'ALL' }))).code).toBe('IMAP_REJECTED');
  });

  test('open when the client is over and a handle was never closed -> rejected at once', async () => {
    await using setup = await connectScripted();
    await setup.client.open('INBOX');
    setup.server.transport.destroy();
    await setup.client.closed;
    expect((await rejection(setup.client.open('INBOX'))).code).toMatch(/^IMAP_(CLOSED|CONNECTION_LOST)$/);
  });
});

describe('reconnect', () => {
  test('a command that was given up and never ended -> that connection is closed, the client goes on with the next', async () => {
    const clock = new FakeClock();
    let silent = true;
    await using setup = await connectScripted((command) => (silent && command === 'NOOP' ? '' : undefined), {}, { clock, abortGraceMs: 1000, reconnect: true });
    const stop = new AbortController();
    const waiting = rejection(setup.client.noop({ signal: stop.signal }));
    await settle();
    stop.abort();
    expect((await waiting).code).toBe('IMAP_ABORTED');
    silent = false;
    await clock.advance(1000);
    await settle();
    await setup.client.noop();
    expect(setup.client.stats.reconnects).toBe(1);
  });
});

describe('watch', () => {
  const all = (command: string, uids: string): string | undefined => (command.startsWith('UID SEARCH') ? `* SEARCH ${uids}\r\n{tag} OK done` : undefined);

  test('rfc3501 7.4.1: EXPUNGE of a new message inside the answer that tells it -> it is not told as there', async () => {
    let fetches = 0;
    await using setup = await connectScripted((command) => {
      if (command.startsWith('UID FETCH 31:*')) return ++fetches === 1 ? '* 4 FETCH (UID 40 FLAGS ())\r\n* 5 FETCH (UID 50 FLAGS ())\r\n* 4 EXPUNGE\r\n{tag} OK done' : '{tag} OK done';
      return all(command, '10 20 30');
    });
    const box = await setup.client.open('INBOX');
    const updates = box.watch();
    await value(updates);
    const next = value(updates);
    await settle();
    setup.server.say('* 5 EXISTS');
    const update = await next;
    expect([update.added, update.removed]).toEqual([[50], []]);
    const removed = value(updates);
    await settle();
    setup.server.say('* 4 EXPUNGE');
    expect((await removed).removed).toEqual([50]);
    await updates.return();
  });

  test('new messages told in no order -> none is lost', async () => {
    await using setup = await connectScripted((command) => (command.startsWith('UID FETCH 31:*') ? '* 6 FETCH (UID 60 FLAGS ())\r\n* 4 FETCH (UID 40 FLAGS ())\r\n* 5 FETCH (UID 50 FLAGS ())\r\n{tag} OK done' : all(command, '10 20 30')));
    const box = await setup.client.open('INBOX');
    const updates = box.watch();
    await value(updates);
    const next = value(updates);
    await settle();
    setup.server.say('* 6 EXISTS');
    expect((await next).added).toEqual([40, 50, 60]);
    await updates.return();
  });

  test('rfc9051 7.4.1: EXISTS below what is there without EXPUNGE -> what is gone is found out', async () => {
    let uids = '10 20 30';
    await using setup = await connectScripted((command) => all(command, uids));
    const box = await setup.client.open('INBOX');
    const updates = box.watch();
    await value(updates);
    const next = value(updates);
    await settle();
    uids = '10 30';
    setup.server.say('* 2 EXISTS');
    expect((await next).removed).toEqual([20]);
    await updates.return();
  });

  test('rfc9051 2.3.1.1: UIDVALIDITY changes in the middle -> the loop throws IMAP_MAILBOX_REPLACED', async () => {
    await using setup = await connectScripted((command) => all(command, '10 20 30'));
    const box = await setup.client.open('INBOX');
    const updates = box.watch();
    await value(updates);
    const next = rejection(updates.next());
    await settle();
    setup.server.say('* OK [UIDVALIDITY 9] renumbered');
    expect((await next).code).toBe('IMAP_MAILBOX_REPLACED');
  });

  test('rfc5465 5.8: NOTIFICATIONOVERFLOW while new messages are asked for -> what happened is found out', async () => {
    let uids = '10 20 30';
    const script = (command: string, server: ScriptedServer): string | undefined => {
      if (command.startsWith('NOTIFY')) return '{tag} OK done';
      if (command.startsWith('UID FETCH 31:*')) {
        uids = '10 30 40';
        server.say('* 2 EXPUNGE\r\n* OK [NOTIFICATIONOVERFLOW] too much');
        return '* 3 FETCH (UID 40 FLAGS ())\r\n{tag} OK done';
      }
      return all(command, uids);
    };
    await using setup = await connectScripted(script, { capabilities: 'IMAP4rev1 NOTIFY' });
    const box = await setup.client.open('INBOX');
    const updates = box.watch();
    expect((await value(updates)).live).toBe('notify');
    const next = value(updates);
    await settle();
    setup.server.say('* 4 EXISTS');
    const update = await next;
    expect([update.added, update.removed]).toEqual([[40], [20]]);
    expect(update.live).toBe('poll');
    await updates.return();
  });

  test.each(['UID SEARCH', 'NOTIFY', 'UID FETCH 31:*'])('signal aborts while %s is not answered -> the loop ends at once', async (silent) => {
    await using setup = await connectScripted((command) => (command.startsWith(silent) ? '' : command.startsWith('NOTIFY') ? '{tag} OK done' : all(command, '10 20 30')), { capabilities: 'IMAP4rev1 NOTIFY' });
    const box = await setup.client.open('INBOX');
    const stop = new AbortController();
    const updates = box.watch({ signal: stop.signal });
    if (silent.startsWith('UID FETCH')) await value(updates);
    const next = updates.next();
    await settle();
    setup.server.say('* 4 EXISTS');
    await settle();
    stop.abort();
    expect((await next).done).toBe(true);
  });

  test('left, on a connection that lasts -> the connection knows nothing of it any more', () => {
    const end = new SessionEnd();
    let told = 0;
    const forget = end.onGone(() => told++);
    end.onGone(() => told++);
    forget();
    end.tellGone();
    expect(told).toBe(1);
    end.onGone(() => told++);
    expect(told).toBe(2);
  });

  test('rfc9051 7.5.1: EXPUNGE on a new connection before its UIDs are known -> what is removed is what is gone', async () => {
    let second = false;
    await using setup = await connectScripted((command, server) => {
      if (command.startsWith('SELECT') && second) return '* 2 EXISTS\r\n* OK [UIDVALIDITY 7] x\r\n{tag} OK open';
      if (!command.startsWith('UID SEARCH')) return undefined;
      if (second) server.say('* 2 EXPUNGE');
      return second ? '* SEARCH 20\r\n{tag} OK done' : '* SEARCH 10 20 30\r\n{tag} OK done';
    }, {}, { reconnect: { firstDelayMs: 1 } });
    const box = await setup.client.open('INBOX');
    const updates = box.watch();
    await value(updates);
    second = true;
    const next = value(updates);
    await settle();
    setup.server.transport.destroy();
    expect((await next).removed).toEqual([10, 30]);
    await updates.return();
  });

  test('rfc7162 3.2.10: VANISHED of 300,000 messages at once -> all are removed', () => {
    const known = new KnownUids();
    known.reset(Array.from({ length: 300_000 }, (_, index) => index + 1), 300_000);
    expect(known.apply({ type: 'vanished', uids: [[1, 299_999]], earlier: false, exists: 1 })).toHaveLength(299_999);
    expect(known.all).toEqual([300_000]);
  });
});

describe('answers that are too much', () => {
  test('rfc4315 3: APPENDUID of more UIDs than messages were appended -> no more than were', async () => {
    const sets = Array.from({ length: 2000 }, () => '1:4294967295').join(',');
    await using setup = await connectScripted((command) => (command.startsWith('APPEND') ? `{tag} OK [APPENDUID 7 ${sets}] done` : undefined));
    const { uids } = await setup.client.append('INBOX', { message: 'Subject: x\r\n\r\n' });
    expect(uids?.length ?? 0).toBeLessThanOrEqual(1);
  });

  test('rfc4731 3.1: ALL with `*`, which no answer may have -> passed over', async () => {
    await using setup = await connectScripted((command) => (command.startsWith('UID SEARCH') ? '* ESEARCH (TAG "{tag}") UID ALL 10,20:*\r\n{tag} OK done' : command.startsWith('UID FETCH') ? '{tag} OK done' : undefined), { capabilities: 'IMAP4rev1 ESEARCH' });
    const box = await setup.client.open('INBOX');
    expect((await box.search({ key: 'ALL' })).uids).toEqual([10]);
    expect(await value(box.watch())).toMatchObject({ sync: 'start' });
  });

  test.each([['ESEARCH', '* ESEARCH (TAG "{tag}") UID ALL 1:4294967295\r\n'], ['SEARCH', `* SEARCH ${Array.from({ length: 9000 }, (_, index) => index + 1).join(' ')}\r\n`]])('rfc4731 3.1: %s that finds far more than there is, again and again -> bounded', async (name, line) => {
    await using setup = await connectScripted((command) => (command.startsWith('UID SEARCH') ? `${line.repeat(30)}{tag} OK done` : undefined), { capabilities: name === 'ESEARCH' ? 'IMAP4rev1 ESEARCH' : 'IMAP4rev1' });
    const box = await setup.client.open('INBOX');
    const { uids } = await box.search({ key: 'ALL' });
    expect(uids.length).toBeLessThanOrEqual(1_100_000);
    const first = await value(box.watch());
    expect(first.token.length).toBeLessThan(100_000);
  });

  test('an answer that never ends -> the connection ends, with a code that says so', async () => {
    const lines = '* LIST () "/" a\r\n'.repeat(100_000);
    await using setup = await connectScripted((command) => (command.startsWith('LIST') ? lines.repeat(11) : undefined));
    expect((await rejection(setup.client.run({ name: 'LIST', reference: '', patterns: ['*'], selectionOptions: makeParameters('LIST-SELECT'), returnOptions: makeParameters('LIST-RETURN') }))).code).toBe('LIMIT_RESPONSES');
  }, 60_000);

  test('rfc4315 3: COPYUID of more messages than there are -> bounded', async () => {
    await using setup = await connectScripted((command) => (command.startsWith('UID COPY') ? '{tag} OK [COPYUID 7 1:4294967295 1:4294967295] done' : undefined));
    const box = await setup.client.open('INBOX');
    expect((await box.copy(10, 'Other')).uids.size).toBeLessThanOrEqual(1_100_000);
  });
});

describe('moving without MOVE', () => {
  test('rfc6851 3.3: a message that comes between COPY and STORE -> is neither marked nor expunged', async () => {
    const setup: Scripted = await connectScripted((command) => {
      if (command.startsWith('UID SEARCH')) return '* SEARCH 10 20 30\r\n{tag} OK done';
      return /^UID (COPY|STORE|EXPUNGE)/.test(command) ? '{tag} OK done' : undefined;
    }, { capabilities: 'IMAP4rev1 UIDPLUS' });
    await using _ = setup;
    const box = await setup.client.open('INBOX');
    await box.move('all', 'Other');
    const sets = setup.server.commands.flatMap((command) => /^UID (?:COPY|STORE|EXPUNGE) (\S+)/.exec(command)?.[1] ?? []);
    expect(sets).toEqual(['10,20,30', '10,20,30', '10,20,30']);
  });
});

describe('charsets that a server does not know', () => {
  const INVALID = '{tag} NO [BADCHARSET (US-ASCII ISO-8859-1)] what?';

  test('rfc3501 6.4.4: BADCHARSET for a text of ISO-8859-1 -> asked again in that', async () => {
    await using setup = await connectScripted((command) => (!command.startsWith('UID SEARCH') ? undefined : command.includes('UTF-8') ? INVALID : '* SEARCH 20\r\n{tag} OK done'));
    const box = await setup.client.open('INBOX');
    expect((await box.search({ key: 'SUBJECT', value: 'Größe' })).uids).toEqual([20]);
    expect(setup.server.commands.filter((command) => command.startsWith('UID SEARCH'))).toEqual(['UID SEARCH CHARSET UTF-8 SUBJECT {7+}\r\nGr\u00c3\u00b6\u00c3\u009fe', 'UID SEARCH CHARSET ISO-8859-1 SUBJECT {5+}\r\nGr\u00f6\u00dfe']);
  });

  test('rfc3501 6.4.4: BADCHARSET for a text that no listed charset has -> IMAP_REJECTED, asked once', async () => {
    await using setup = await connectScripted((command) => (command.startsWith('UID SEARCH') ? INVALID : undefined));
    const box = await setup.client.open('INBOX');
    expect((await rejection(box.search({ key: 'SUBJECT', value: '大きさ' }))).code).toBe('IMAP_REJECTED');
    expect(setup.server.commands.filter((command) => command.startsWith('UID SEARCH'))).toHaveLength(1);
  });

  test('rfc5256 3: SORT and THREAD of ASCII on a server without UTF-8 -> asked again in US-ASCII', async () => {
    await using setup = await connectScripted((command) => {
      if (/^UID (SORT|THREAD)/.test(command)) return command.includes('UTF-8') ? '{tag} NO [BADCHARSET] what?' : `* ${command.includes('SORT') ? 'SORT 30 10' : 'THREAD (10)(30)'}\r\n{tag} OK done`;
      return undefined;
    }, { capabilities: 'IMAP4rev1 SORT THREAD=REFERENCES' });
    const box = await setup.client.open('INBOX');
    expect(await box.sort([{ key: 'SUBJECT', reverse: false }])).toEqual({ uids: [30, 10], exact: true, how: 'server' });
    expect((await box.thread()).threads).toHaveLength(2);
  });
});
