import { describe, expect, test } from 'vitest';
import { quota, quotaResource, quotaSet } from '../../src/extensions/quota.ts';
import { testWire, writeWire } from './wire-cases.ts';

testWire('rfc9208', [quota, quotaResource, quotaSet], [
  // 3.1.1
  { kind: 'data', wire: '* QUOTA "" (STORAGE 10 512)', value: { name: 'QUOTA', root: '', resources: [{ name: 'STORAGE', usage: 10, limit: 512 }] } },
  { kind: 'command', wire: 'GETQUOTA "!partition/sda4"', value: { name: 'GETQUOTA', root: '!partition/sda4' }, printed: 'GETQUOTA !partition/sda4' },
  {
    kind: 'data',
    wire: '* QUOTA "!partition/sda4" (STORAGE 104 10923847)',
    value: { name: 'QUOTA', root: '!partition/sda4', resources: [{ name: 'STORAGE', usage: 104, limit: 10923847 }] },
    printed: 'QUOTA !partition/sda4 (STORAGE 104 10923847)',
  },
  { kind: 'command', wire: 'GETQUOTAROOT INBOX', value: { name: 'GETQUOTAROOT', mailbox: 'INBOX' } },
  { kind: 'data', wire: '* QUOTAROOT INBOX ""', value: { name: 'QUOTAROOT', mailbox: 'INBOX', roots: [''] } },
  { kind: 'data', wire: '* QUOTAROOT comp.mail.mime', value: { name: 'QUOTAROOT', mailbox: 'comp.mail.mime', roots: [] } },
  { kind: 'command', wire: 'SETQUOTA "" (STORAGE 512)', value: { name: 'SETQUOTA', root: '', limits: [{ name: 'STORAGE', limit: 512 }] } },
  { kind: 'command', wire: 'SETQUOTA "" ()', value: { name: 'SETQUOTA', root: '', limits: [] } },
  { kind: 'command', wire: 'SETQUOTA "!partition/sda4" (STORAGE 99 MESSAGE 7)', value: { name: 'SETQUOTA', root: '!partition/sda4', limits: [{ name: 'STORAGE', limit: 99 }, { name: 'MESSAGE', limit: 7 }] }, printed: 'SETQUOTA !partition/sda4 (STORAGE 99 MESSAGE 7)' },
  {
    kind: 'data',
    wire: '* QUOTA "!partition/sda4" (STORAGE 104 10923847 MESSAGE 3 4)',
    value: { name: 'QUOTA', root: '!partition/sda4', resources: [{ name: 'STORAGE', usage: 104, limit: 10923847 }, { name: 'MESSAGE', usage: 3, limit: 4 }] },
    printed: 'QUOTA !partition/sda4 (STORAGE 104 10923847 MESSAGE 3 4)',
  },
  { kind: 'data', wire: '* QUOTA "" ()', value: { name: 'QUOTA', root: '', resources: [] } },
  {
    kind: 'data',
    wire: '* QUOTA "" (STORAGE 1 9223372036854775807)',
    value: { name: 'QUOTA', root: '', resources: [{ name: 'STORAGE', usage: 1, limit: Number.MAX_SAFE_INTEGER }] },
    printed: 'QUOTA "" (STORAGE 1 9007199254740991)',
  },
  // 4.1.4
  { kind: 'status', wire: 'DELETED-STORAGE 8', value: 8 },
]);

describe('rfc9208: what can not be written', () => {
  test.each([
    ['a resource that is no atom', { name: 'SETQUOTA', root: '', limits: [{ name: 'A B', limit: 1 }] }],
    ['a limit below zero', { name: 'SETQUOTA', root: '', limits: [{ name: 'STORAGE', limit: -1 }] }],
    ['a root with NUL', { name: 'SETQUOTA', root: '\0', limits: [] }],
  ])('%s -> refused', (_, command) => {
    expect(() => writeWire([quotaSet], 'command', 'SETQUOTA', command)).toThrow(/not an atom|not a number of IMAP|NUL/);
  });
});
