import { describe, expect, test } from 'vitest';
import { notify } from '../../src/extensions/notify.ts';
import { readWire, testWire, writeWire } from './wire-cases.ts';

const messages = [{ type: 'MessageNew', fetch: [] }, { type: 'MessageExpunge' }];

testWire('rfc5465', [notify], [
  // 3.1
  {
    kind: 'command',
    wire: 'NOTIFY SET STATUS (SELECTED (MessageNew (UID BODY.PEEK[HEADER.FIELDS (From To Subject)]) MessageExpunge)) (SUBTREE Lists (MessageNew MessageExpunge))',
    value: {
      name: 'NOTIFY',
      status: true,
      groups: [
        {
          filter: { type: 'SELECTED' },
          events: [
            {
              type: 'MessageNew',
              fetch: [
                { name: 'UID' },
                { name: 'BODY.PEEK[]', section: { part: [], text: { type: 'HEADER.FIELDS', fields: ['From', 'To', 'Subject'] } }, partial: undefined },
              ],
            },
            { type: 'MessageExpunge' },
          ],
        },
        { filter: { type: 'SUBTREE', mailboxes: ['Lists'] }, events: messages },
      ],
    },
    printed: 'NOTIFY SET STATUS (SELECTED (MessageNew (UID BODY.PEEK[HEADER.FIELDS (From To Subject)]) MessageExpunge)) (SUBTREE (Lists) (MessageNew MessageExpunge))',
  },
  {
    kind: 'command',
    wire: 'NOTIFY SET (SELECTED-DELAYED (MessageNew MessageExpunge FlagChange)) (PERSONAL (MailboxName SubscriptionChange)) (INBOXES NONE)',
    value: {
      name: 'NOTIFY',
      status: false,
      groups: [
        { filter: { type: 'SELECTED-DELAYED' }, events: [...messages, { type: 'FlagChange' }] },
        { filter: { type: 'PERSONAL' }, events: [{ type: 'MailboxName' }, { type: 'SubscriptionChange' }] },
        { filter: { type: 'INBOXES' }, events: [] },
      ],
    },
  },
  {
    kind: 'command',
    wire: 'notify set (mailboxes ("INBOX" "a b") (messagenew FLAGCHANGE annotationchange mailboxmetadatachange serverMetadataChange)) (subscribed none)',
    value: {
      name: 'NOTIFY',
      status: false,
      groups: [
        {
          filter: { type: 'MAILBOXES', mailboxes: ['INBOX', 'a b'] },
          events: [
            { type: 'MessageNew', fetch: [] }, { type: 'FlagChange' }, { type: 'AnnotationChange' }, { type: 'MailboxMetadataChange' },
            { type: 'ServerMetadataChange' },
          ],
        },
        { filter: { type: 'SUBSCRIBED' }, events: [] },
      ],
    },
    printed: 'NOTIFY SET (MAILBOXES (INBOX "a b") (MessageNew FlagChange AnnotationChange MailboxMetadataChange ServerMetadataChange)) (SUBSCRIBED NONE)',
  },
  { kind: 'command', wire: 'NOTIFY NONE', value: { name: 'NOTIFY', groups: [], status: false } },
  // 5.8, 5
  { kind: 'code', wire: 'NOTIFICATIONOVERFLOW', value: { name: 'NOTIFICATIONOVERFLOW' } },
  { kind: 'code', wire: 'BADEVENT (MessageNew MessageExpunge)', value: { name: 'BADEVENT', events: ['MessageNew', 'MessageExpunge'] } },
]);

describe('rfc5465: what can not be', () => {
  test.each(['NOTIFY', 'NOTIFY SET', 'NOTIFY SET STATUS', 'NOTIFY ALL', 'NOTIFY SET (SELECTED)', 'NOTIFY SET (SELECTED (Nothing))', 'NOTIFY SET (ELSEWHERE NONE)', 'NOTIFY SET (SELECTED (MessageNew ()))'])(
    '%s -> contained', (wire) => {
      expect(readWire([notify], 'command', wire).failure).toBeDefined();
    });

  test.each([
    ['an event of another name', [{ filter: { type: 'SELECTED' }, events: [{ type: 'X) (' }] }]],
    ['a choice of another name', [{ filter: { type: 'X) (' }, events: [] }]],
    ['a choice without mailboxes', [{ filter: { type: 'MAILBOXES', mailboxes: [] }, events: [] }]],
  ])('%s -> refused', (_, groups) => {
    expect(() => writeWire([notify], 'command', 'NOTIFY', { name: 'NOTIFY', groups, status: false })).toThrow();
  });
});
