/** What the builder makes has no finding that matters, and one reading. */
import { expect, test } from 'vitest';
import { buildMessage } from '../../src/build/build-message.ts';
import { findAmbiguities } from '../../src/edit/find-ambiguities.ts';
import { lintMessage } from '../../src/edit/lint-message.ts';
import { SeededRandom } from '../../../testing/src/seeded-random.ts';

const TEXT = 'H\u00e4llo\r\n\r\n-- \r\nFrom here on\r\n' + `https://example.com/${'a'.repeat(1200)}`;

test.each([
  ['text', { text: 'Hello\r\n' }],
  ['text that needs an encoding', { text: TEXT }],
  ['text and html', { text: TEXT, html: '<p>H\u00e4llo</p>' }],
  ['attachments with names in other scripts', {
    text: TEXT,
    attachments: [{ fileName: '\u00dcbersicht \u6771\u4eac.pdf', mediaType: 'application/pdf', content: new Uint8Array(5000) }, { fileName: 'a b.txt', mediaType: 'text/plain', content: 'text' }],
  }],
  ['one-click', { text: 'Hello\r\n', listUnsubscribe: { https: `https://example.com/u?t=${'b'.repeat(300)}`, mailto: 'mailto:leave@example.com' } }],
])('%s: no error, no warning, one reading', (_name, content) => {
  const octets = buildMessage({
    from: 'J\u00f6rg M\u00fcller <jorg@example.com>', to: ['Zo\u00eb <zoe@example.net>', '"X, Y" <xy@example.org>'], date: 0, messageId: '1@example.com',
    subject: 'Gr\u00fc\u00dfe aus \u6771\u4eac, and a subject long enough to be folded somewhere on its way', boundary: new SeededRandom(1), ...content,
  }).octets();
  expect(lintMessage(octets).filter(({ severity }) => severity !== 'note')).toEqual([]);
  expect(findAmbiguities(octets)).toEqual([]);
});
