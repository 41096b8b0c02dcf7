/** Messages as lists of mailboxes show them. A file of its own, so that clients do not load what makes them. */
import { SeededRandom } from '@mailwright/testing';

const SEED = 9051;
const WORDS = 'invoice order delivery account week offer terms price happy read far report meeting notes draft final agenda budget plan question answer'.split(' ');

/** Message `index` of many, exactly `octets` long: names, several recipients, a subject and an answer to another, as envelopes have them. */
export function makeListedMessage(index: number, octets: number): string {
  const random = new SeededRandom(SEED + index);
  const person = (): string => `${random.pick(WORDS)} ${random.pick(WORDS)} <${random.pick(WORDS)}.${random.integer(1, 999)}@${random.pick(WORDS)}.example>`;
  const subject = Array.from({ length: 6 }, () => random.pick(WORDS)).join(' ');
  const header = [
    `Date: ${new Date(Date.UTC(2025, 0, 1) + index * 60_000).toUTCString().replace('GMT', '+0000')}`, `From: ${person()}`, `To: ${person()}, ${person()}`, `Cc: ${person()}`,
    `Subject: ${index % 4 === 0 ? 'Re: ' : ''}${subject}`, `Message-ID: <${index}.${random.integer(1, 1e9)}@client.example>`, `In-Reply-To: <${index + 1}@client.example>`,
    'MIME-Version: 1.0', 'Content-Type: text/plain; charset=us-ascii', '', '',
  ].join('\r\n');
  const line = `${random.text('abcdefghijklmnopqrstuvwxyz     ', 74)}\r\n`;
  const body = line.repeat(Math.ceil((octets - header.length) / line.length));
  return `${header}${body.slice(0, octets - header.length - 2)}\r\n`;
}
