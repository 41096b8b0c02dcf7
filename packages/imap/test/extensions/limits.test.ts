/** What a peer can make grow is counted. */
import { expect, test } from 'vitest';
import { encodeLatin1 } from '@mailwright/wire';
import { parseCommand } from '../../src/command-parse.ts';
import { CLIENT_LIMITS, type ImapLimits } from '../../src/limits.ts';
import { parseResponse } from '../../src/response-parse.ts';

const LIMITS: ImapLimits = { ...CLIENT_LIMITS, elements: 3, depth: 2 };
const frameOf = (line: string) => ({ octets: encodeLatin1(line), streamed: [], complete: true });

test.each([
  '* QUOTA "" (A 1 2 B 1 2 C 1 2 D 1 2)',
  '* QUOTAROOT INBOX a b c d',
  '* ACL INBOX a l b l c l d l',
  '* LISTRIGHTS INBOX a "" l r s w',
  '* METADATA INBOX /a /b /c /d',
  '* METADATA INBOX (/a NIL /b NIL /c NIL /d NIL)',
  '* ID ("a" NIL "b" NIL "c" NIL "d" NIL)',
  '* ENABLED A B C D',
  '* NAMESPACE (("" "/" "A" ("1") "B" ("2"))) NIL NIL',
  '* VANISHED 1,3,5,7',
  '* UIDBATCHES (TAG "A") 8:7,6:5,4:3,2:1',
  '* LANGUAGE (A B C D)',
  '* COMPARATOR a (b c d e)',
  '* GENURLAUTH a b c d',
  '* URLFETCH a NIL b NIL c NIL d NIL',
])('4 elements where 3 may be -> contained: %s', (line) => {
  expect(parseResponse(frameOf(line), CLIENT_LIMITS, false).type).toBe('data');
  const response = parseResponse(frameOf(line), LIMITS, false);
  expect(response.type === 'unreadable' && response.expected).toMatch(/LIMIT_(ELEMENTS|DEPTH)/);
});

test.each([
  'A SETQUOTA "" (A 1 B 1 C 1 D 1)',
  'A GETMETADATA INBOX (/a /b /c /d)',
  'A SETMETADATA INBOX (/a NIL /b NIL /c NIL /d NIL)',
  'A ID ("a" NIL "b" NIL "c" NIL "d" NIL)',
  'A ENABLE A B C D',
  'A MOVE 1,3,5,7 INBOX',
  'A NOTIFY SET (SELECTED NONE) (INBOXES NONE) (PERSONAL NONE) (SUBSCRIBED NONE) (SELECTED-DELAYED NONE)',
  'A NOTIFY SET (MAILBOXES (a b c d) NONE)',
  'A LANGUAGE a b c d',
  'A COMPARATOR a b c d',
  'A GENURLAUTH a INTERNAL b INTERNAL c INTERNAL d INTERNAL',
  'A RESETKEY INBOX A B C D',
  'A URLFETCH a b c d',
  'A APPEND INBOX CATENATE (URL /a URL /b URL /c URL /d)',
  'A CREATE x (USE (\\Sent \\Drafts \\Junk \\Trash))',
  'A SELECT INBOX (QRESYNC (1 2 1,3,5,7))',
])('4 elements where 3 may be -> refused: %s', (line) => {
  expect(parseCommand(frameOf(line), CLIENT_LIMITS, false).ok).toBe(true);
  const parsed = parseCommand(frameOf(line), LIMITS, false);
  expect(!parsed.ok && parsed.expected).toMatch(/LIMIT_(ELEMENTS|DEPTH)/);
});
