import { describe, expect, test } from 'vitest';
import { explainCapability, explainLine } from '../../src/explain.ts';
import { registeredExtensions } from '../../src/tables.ts';

describe('lines in words', () => {
  test.each([
    ['client', 'A1 NOOP', 'RFC 9051 6.1.2'],
    ['client', 'A1 SELECT INBOX (CONDSTORE)', 'RFC 9051 6.3.2; RFC 7162 3.1.8'],
    ['client', 'A1 FETCH 1 FLAGS (CHANGEDSINCE 5)', 'RFC 9051 6.4.5; RFC 7162 3.1.4.1'],
    ['client', 'NOOP', 'RFC 9051 9'],
    ['client', '', 'RFC 9051 2.2.1'],
    ['client', 'A1 FROB', 'RFC 9051 6'],
    ['client', 'A1 COPY 1', 'RFC 9051 6.4.7'],
    ['server', '* OK ready', 'RFC 9051 7.1.1'],
    ['server', '* OK [UIDNEXT 5] ready', 'RFC 9051 7.1'],
    ['server', '* BYE [XFOO] x', 'RFC 9051 7.1.5; RFC 9051 7.1'],
    ['server', 'A1 NO [OVERQUOTA] full', 'RFC 9051 7.1.2; RFC 9051 7.1'],
    ['server', '+ go', 'RFC 9051 7.6'],
    ['server', '* 12 EXISTS', 'RFC 9051 7.4.1'],
    ['server', '* XFOO', 'RFC 9051 2.2.2'],
    ['server', '* 12', 'RFC 9051 9'],
  ] as const)('%s: %s', (direction, line, source) => {
    const explained = explainLine(line, { direction });
    expect(explained.source).toBe(source);
    expect(explained.meaning).toMatch(/^[A-Z][^]{8}/);
  });

  test('a command that can not be read -> what was expected where, and the form', () => {
    expect(explainLine('A1 COPY 1', { direction: 'client' }).meaning).toBe("This can't be read: at octet 9 a space was expected. The form is: [UID] COPY set mailbox");
  });

  test('secrets of a log-in are not told', () => {
    for (const explained of [explainLine('A1 LOGIN joe geheim', { direction: 'client' }), explainLine('Z2VoZWlt', { direction: 'client', inside: 'auth' })]) {
      expect(explained.meaning).not.toMatch(/geheim|Z2VoZWlt/);
    }
    expect(explainLine('*', { direction: 'client', inside: 'auth' }).meaning).toContain('gives up');
    expect(explainLine('DONE', { direction: 'client', inside: 'idle' }).source).toBe('RFC 2177 3');
  });
});

describe('capabilities in words', () => {
  test('every registered one, and those of IMAP itself', () => {
    for (const name of [...registeredExtensions().map(({ capability }) => (capability.endsWith('=') ? `${capability}1` : capability)), 'IMAP4rev1', 'imap4rev2', 'STARTTLS', 'LOGINDISABLED']) {
      expect(explainCapability(name).meaning).toMatch(/^[A-Z].*\.$/s);
      expect(explainCapability(name).meaning).not.toContain('Nothing is known');
    }
  });

  test('AUTH=SCRAM-SHA-256, and one that nobody knows', () => {
    expect(explainCapability('AUTH=SCRAM-SHA-256')).toEqual({ meaning: 'The server knows the SASL mechanism SCRAM-SHA-256.', source: 'RFC 9051 6.1.1' });
    expect(explainCapability('XFOO').meaning).toBe('Nothing is known here of the capability XFOO.');
  });
});
