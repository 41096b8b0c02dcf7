import { describe, expect, test } from 'vitest';
import { enhancedStatusParts, findStatus, parseEnhancedStatus, REGISTERED_STATUSES } from '@mailwright/smtp';

describe('parseEnhancedStatus', () => {
  test.each(['2.0.0', '4.7.999', '5.1.10', '5.999.0'])('rfc3463 2: %s', (text) => {
    expect(parseEnhancedStatus(text)).toBe(text);
  });

  test.each(['', '3.0.0', '1.0.0', '5', '5.1', '5.1.', '5..1', '5.1.1.1', '5.1.1000', '5.01.1', '5.1.00', '05.1.1', '5.1.1 ', ' 5.1.1', '5.1.x', '5.1.1x'])('rfc3463 2: %j is none', (text) => {
    expect(parseEnhancedStatus(text)).toBeUndefined();
  });

  test('the three numbers', () => {
    expect(enhancedStatusParts('5.7.26')).toEqual({ class: 5, subject: 7, detail: 26 });
    expect(() => enhancedStatusParts('9.9.9' as never)).toThrow(TypeError);
  });
});

describe('the registry', () => {
  test('every code is found in each class and named', () => {
    for (const status of REGISTERED_STATUSES) {
      for (const statusClass of [2, 4, 5] as const) expect(findStatus(`${statusClass}.${status.code}` as never)).toBe(status);
      expect(status.meaning).toMatch(/^[A-Z].*\.$/);
      expect(status.source).toMatch(/^(?:RFC \d+ [\d.]+|IANA .+)$/);
    }
  });

  test('codes are unique and in order', () => {
    const keys = REGISTERED_STATUSES.map(({ code }) => code.split('.').map(Number)).map(([subject, detail]) => subject! * 1000 + detail!);
    expect(keys).toEqual([...new Set(keys)].sort((a, b) => a - b));
  });

  test('a code that is not registered', () => {
    expect(findStatus('5.9.9')).toBeUndefined();
  });
});
