import { address } from '@mailwright/address';
import { ClientTransaction, mailCommand, rcptCommand, reply, scanMessage } from '@mailwright/smtp';
import { encodeUtf8 } from '@mailwright/wire';
import { describe, expect, test } from 'vitest';
import { SeededRandom } from '../../testing/src/seeded-random.ts';
import { MachinePair, type PairOptions } from './machine-pair.ts';

const MESSAGE = encodeUtf8('Subject: hi\r\n\r\n.dot\r\n..two\r\n.\r\nend\r\n');

function transaction(message: Uint8Array = MESSAGE, to: readonly string[] = ['b@example.net']): ClientTransaction {
  const recipients = to.map((recipient) => rcptCommand(address(recipient)));
  return new ClientTransaction(mailCommand(address('a@example.org')), recipients, { form: 'whole', text: scanMessage(message, 'reject', 'reject') });
}

const MODES: readonly (readonly [string, PairOptions])[] = [
  ['pipelined DATA', { client: { disabled: new Set(['CHUNKING']) } }],
  ['pipelined BDAT', {}],
  ['window of BDAT', { client: { window: 8 } }],
  ['lockstep DATA', { client: { disabled: new Set(['CHUNKING', 'PIPELINING']) } }],
  ['lockstep BDAT', { client: { disabled: new Set(['PIPELINING']) } }],
];

const SPLITS: readonly (readonly [string, (octets: Uint8Array) => readonly Uint8Array[]])[] = [
  ['whole', (octets) => [octets]],
  ['by octet', (octets) => Array.from(octets, (_, index) => octets.subarray(index, index + 1))],
];

describe.each(MODES)('%s', (_mode, options) => {
  test.each(SPLITS)('messages arrive octet for octet, fed %s', (_name, split) => {
    const pair = new MachinePair({ ...options, split });
    pair.greet();
    const sent = [transaction(), transaction(encodeUtf8('.\r\n')), transaction(encodeUtf8('')), transaction()];
    for (const each of sent) pair.client.begin(each);
    pair.run();
    expect(pair.messages.map((message) => Buffer.from(message).toString())).toEqual(sent.map((each) => (each.message.form === 'whole' ? Buffer.from(each.message.text.octets).toString() : '')));
    for (const each of sent) expect(each).toMatchObject({ stage: 'done', cut: undefined, verdict: { code: 250 } });
    expect(pair.client.idle).toBe(true);
  });

  test('one refused recipient stops nobody else; all refused sends nothing; the session goes on', () => {
    const pair = new MachinePair({ ...options, answer: (command) => (command.verb === 'RCPT' && command.forwardPath.localPart === 'no' ? reply(550, '5.1.1', 'No such user') : undefined) });
    pair.greet();
    const some = transaction(MESSAGE, ['no@example.net', 'yes@example.net']);
    const none = transaction(MESSAGE, ['no@example.net']);
    const last = transaction();
    for (const each of [some, none, last]) pair.client.begin(each);
    pair.run();
    expect(some.recipientReplies.map(({ code }) => code)).toEqual([550, 250]);
    expect(some.verdict?.code).toBe(250);
    expect(none.acceptedCount).toBe(0);
    expect(none.verdict?.code ?? none.dataReply?.code ?? 550).toBeGreaterThanOrEqual(500);
    expect(last.verdict?.code).toBe(250);
    expect(pair.messages).toHaveLength(2);
    expect(pair.client.idle).toBe(true);
  });

  test('random refusals, random splits: every transaction ends, and only what was accepted arrived', () => {
    for (let seed = 1; seed <= 60; seed++) {
      const random = new SeededRandom(seed);
      const pair = new MachinePair({
        ...options,
        split: (octets) => random.split(octets),
        answer: (command) => ((command.verb === 'RCPT' || command.verb === 'MAIL') && random.chance(0.2) ? reply(450, '4.2.1', 'Later') : undefined),
        verdict: () => (random.chance(0.2) ? reply(554, '5.6.0', 'No') : undefined),
      });
      pair.greet();
      const sent = Array.from({ length: random.integer(1, 12) }, () => transaction(MESSAGE, Array.from({ length: random.integer(1, 4) }, (_, index) => `r${index}@example.net`)));
      for (const each of sent) pair.client.begin(each);
      pair.run();
      const accepted = sent.filter((each) => each.verdict !== undefined && each.verdict.code < 300);
      expect(sent.every((each) => each.stage === 'done' && each.cut === undefined), `seed ${seed}`).toBe(true);
      expect(pair.messages.length, `seed ${seed}`).toBe(accepted.length);
    }
  });
});

test('rfc2920 3.1: the next MAIL stands behind the end of a message, one round trip a message', () => {
  const pair = new MachinePair({ client: { disabled: new Set(['CHUNKING']) } });
  pair.greet();
  const before = pair.writes.length;
  for (let count = 0; count < 10; count++) pair.client.begin(transaction());
  pair.run();
  expect(pair.messages).toHaveLength(10);
  expect(pair.writes.slice(before).filter(({ from }) => from === 'client')).toHaveLength(11);
});
