import { expect, test } from 'vitest';
import { viewMessage } from '../../src/search/message-views.ts';
import { sortMessages } from '../../src/sort/sort-messages.ts';
import { threadMessages } from '../../src/thread/thread-messages.ts';
import { NOON_MS, searchable } from './message.ts';

const address = { name: 'Zoe', route: undefined, mailbox: 'zoe', host: 'example.com' };
const first = searchable({
  uid: 7, octetCount: 5,
  fields: [{ name: 'MESSAGE-ID', value: '<a@x>' }, { name: 'Subject', value: 'Lunch' }, { name: 'Date', value: '10 Mar 2024 12:00:00 +0100' }],
  addresses: { from: [address], to: [address], cc: [address], bcc: [] },
});
const second = searchable({ uid: 8, fields: [{ name: 'In-Reply-To', value: '<a@x>' }, { name: 'References', value: '' }] });

test('rfc5256 3: a message as SORT and THREAD see it', () => {
  const { number, internalDateMs, sentDateMs, octetCount, subject, from, to, cc, messageId, references, inReplyTo } = viewMessage(first, 7);
  expect({ number, internalDateMs, sentDateMs, octetCount, subject, from, to, cc, messageId, references, inReplyTo }).toEqual({
    number: 7, internalDateMs: NOON_MS, sentDateMs: NOON_MS - 3_600_000, octetCount: 5, subject: 'Lunch', from: [address], to: [address], cc: [address],
    messageId: '<a@x>', references: undefined, inReplyTo: undefined,
  });
});

test('rfc5256 3: messages are sorted and threaded by their views', () => {
  const views = [first, second].map((message) => viewMessage(message, message.uid));
  expect(sortMessages(views, [{ key: 'DISPLAYFROM', reverse: false }]).map(({ number }) => number)).toEqual([8, 7]);
  expect(threadMessages(views, 'REFERENCES')).toEqual([[{ number: 7, depth: 0 }, { number: 8, depth: 1 }]]);
});
