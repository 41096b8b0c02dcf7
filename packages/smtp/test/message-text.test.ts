/** What one scan of a message finds, and what a client says of what it can't send. */
import { address } from '@mailwright/address';
import { encodeLatin1, encodeUtf8 } from '@mailwright/wire';
import { describe, expect, test } from 'vitest';
import { ClientMachine, type ClientEvent, ClientTransaction, mailCommand, rcptCommand, resolveClientOptions, scanMessage } from '@mailwright/smtp';

const scan = (message: string): ReturnType<typeof scanMessage> => scanMessage(encodeLatin1(message), 'reject', 'reject');

describe('scanMessage', () => {
  test.each([
    ['in the header', 'Subject: \xe9\r\n\r\nhi\r\n', true],
    ['in the body only', 'Subject: e\r\n\r\n\xe9\r\n', false],
    ['behind the empty line that a message without header begins with', '\r\n\xe9\r\n', false],
    ['behind two empty lines at the beginning', '\r\n\r\n\xe9\r\n\r\n', false],
    ['in a message that is all header', 'Subject: \xe9\r\n', true],
    ['nowhere', 'Subject: e\r\n\r\n', false],
  ])('rfc6531 3.2: 8-bit octets %s', (_name, message, eightBitHeader) => {
    expect(scan(message).eightBitHeader).toBe(eightBitHeader);
  });
});

describe('what can not be sent is named with its place', () => {
  const unsendable = (message: string): ClientTransaction['unsendable'] => {
    const machine = new ClientMachine(resolveClientOptions({ helloDomain: 'c.example' }), 0);
    const pull = (): ClientEvent => {
      let last = machine.next();
      for (let event = last; event.type !== 'need-data'; event = machine.next()) last = event;
      machine.takeOutput(0);
      return last;
    };
    machine.receive(encodeUtf8('220 hi\r\n'), 0);
    pull();
    machine.hello();
    pull();
    machine.receive(encodeUtf8('250-hi\r\n250 8BITMIME\r\n'), 0);
    pull();
    const transaction = new ClientTransaction(mailCommand(null), [rcptCommand(address('c@d.example'))], { form: 'whole', text: scan(message) });
    machine.begin(transaction);
    expect(pull()).toMatchObject({ type: 'done' });
    return transaction.unsendable;
  };

  test.each([
    ['rfc5321 2.3.8', 'a\r\nb\r\nc\rd\r\n', 'SMTP_BARE_CR', 'a CR without LF at octet 7, line 3'],
    ['rfc5321 2.3.8', 'a\r', 'SMTP_BARE_CR', 'a CR without LF at octet 1, line 1'],
    ['rfc5321 2.3.8', 'a\r\nb\nc\r\n', 'SMTP_BARE_LF', 'an LF without CR at octet 4, line 2'],
    ['rfc5321 4.5.2', '\r\n\r\n\0', 'SMTP_NUL', 'a NUL at octet 4, line 3'],
  ])('%s: %j -> %s', (_source, message, code, detail) => {
    expect(unsendable(message)).toEqual({ code, detail: `the message has ${detail}` });
  });

  test('rfc6531 3.4: a message without header needs no SMTPUTF8 for its body', () => {
    expect(unsendable('Subject: \xe9\r\n\r\n')).toMatchObject({ code: 'SMTP_NEEDS_SMTPUTF8' });
  });
});
