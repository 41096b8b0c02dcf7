import { describe, expect, test } from 'vitest';
import { acl, aclRights } from '../../src/extensions/acl.ts';
import { listMyRights } from '../../src/extensions/list-my-rights.ts';
import { readWire, testWire, writeWire } from './wire-cases.ts';

testWire('rfc4314', [acl, aclRights], [
  // 3.1
  { kind: 'command', wire: 'GETACL INBOX', value: { name: 'GETACL', mailbox: 'INBOX' } },
  { kind: 'data', wire: '* ACL INBOX Fred rwipsldexta', value: { name: 'ACL', mailbox: 'INBOX', entries: [{ identifier: 'Fred', rights: [...'rwipsldexta'] }] } },
  {
    kind: 'data',
    wire: '* ACL INBOX Fred rwipslxetad Chris lrswi -Fred wetd $team lrswip',
    value: {
      name: 'ACL', mailbox: 'INBOX',
      entries: [
        { identifier: 'Fred', rights: [...'rwipslxetad'] }, { identifier: 'Chris', rights: [...'lrswi'] },
        { identifier: '-Fred', rights: [...'wetd'] }, { identifier: '$team', rights: [...'lrswip'] },
      ],
    },
  },
  { kind: 'command', wire: 'SETACL INBOX Byron lrswikda', value: { name: 'SETACL', mailbox: 'INBOX', identifier: 'Byron', change: 'replace', rights: [...'lrswikda'] } },
  { kind: 'command', wire: 'SETACL INBOX/Drafts John lrswicda', value: { name: 'SETACL', mailbox: 'INBOX/Drafts', identifier: 'John', change: 'replace', rights: [...'lrswicda'] } },
  { kind: 'command', wire: 'SETACL INBOX/Drafts David +lrswicda', value: { name: 'SETACL', mailbox: 'INBOX/Drafts', identifier: 'David', change: 'add', rights: [...'lrswicda'] } },
  { kind: 'command', wire: 'SETACL INBOX Fred -x', value: { name: 'SETACL', mailbox: 'INBOX', identifier: 'Fred', change: 'remove', rights: ['x'] } },
  { kind: 'command', wire: 'SETACL INBOX Fred ""', value: { name: 'SETACL', mailbox: 'INBOX', identifier: 'Fred', change: 'replace', rights: [] } },
  { kind: 'command', wire: 'DELETEACL INBOX Fred', value: { name: 'DELETEACL', mailbox: 'INBOX', identifier: 'Fred' } },
  // 3.4, 3.7
  { kind: 'command', wire: 'LISTRIGHTS ~/Mail/saved smith', value: { name: 'LISTRIGHTS', mailbox: '~/Mail/saved', identifier: 'smith' } },
  {
    kind: 'data',
    wire: '* LISTRIGHTS ~/Mail/saved smith la r swicdkxte',
    value: { name: 'LISTRIGHTS', mailbox: '~/Mail/saved', identifier: 'smith', required: ['l', 'a'], optional: [['r'], [...'swicdkxte']] },
  },
  {
    kind: 'data',
    wire: '* LISTRIGHTS archive/imap anyone "" l r s w i p k x t e c d a 0 1 2 3 4 5 6 7 8 9',
    value: { name: 'LISTRIGHTS', mailbox: 'archive/imap', identifier: 'anyone', required: [], optional: [...'lrswipkxtecda0123456789'].map((right) => [right]) },
  },
  { kind: 'command', wire: 'MYRIGHTS INBOX', value: { name: 'MYRIGHTS', mailbox: 'INBOX' } },
  { kind: 'data', wire: '* MYRIGHTS INBOX rwiptsldaex', value: { name: 'MYRIGHTS', mailbox: 'INBOX', rights: [...'rwiptsldaex'] } },
  { kind: 'data', wire: '* ACL INBOX', value: { name: 'ACL', mailbox: 'INBOX', entries: [] } },
]);

testWire('rfc8440', [listMyRights], [{ kind: 'LIST-RETURN', wire: 'MYRIGHTS', value: true }]);

describe('rfc4314 2.1: rights', () => {
  test.each(['LR', 'l-', 'lr!', '"l r"'])('%s is no set of rights -> contained', (rights) => {
    expect(readWire([acl], 'data', `* MYRIGHTS INBOX ${rights}`).failure?.expected).toBe('rights: lower-case letters and digits');
  });

  test.each(['', 'lr', 'L', '+'])('%j is no right -> refused', (right) => {
    expect(() => writeWire([acl], 'data', 'MYRIGHTS', { name: 'MYRIGHTS', mailbox: 'INBOX', rights: [right] })).toThrow(TypeError);
  });

  test('RIGHTS=texk is told in words', () => {
    expect(aclRights.explain('RIGHTS=tx')).toBe('Besides the rights of RFC 2086, the server knows t (set \\Deleted), x (delete or rename it).');
  });
});
