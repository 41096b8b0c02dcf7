import { describe, expect, test } from 'vitest';
import { formatDisposition, parseDisposition } from '@mailwright/mime';

describe('rfc2231 4: a plain value that others would take for an extended one is written as one', () => {
  test.each([
    ['utf-8\'\'x%41.bin', 'filename*=utf-8\'\'utf-8%27%27x%2541.bin'],
    ['us-ascii\'en\'x', 'filename*=utf-8\'\'us-ascii%27en%27x'],
    ['Rock \'n\' Roll.pdf', 'filename="Rock \'n\' Roll.pdf"'],
    ['it\'s.pdf', 'filename=it\'s.pdf'],
  ])('%s', (value, written) => {
    const field = formatDisposition('attachment', [{ name: 'filename', value }]);
    expect(field).toContain(written);
    expect(parseDisposition(field.slice(field.indexOf(':') + 2, -2)).parameters).toMatchObject([{ name: 'filename', value }]);
  });
});
