import { SeededRandom } from '../../testing/src/seeded-random.ts';
import type { Command } from '../src/index.ts';

const NAME = 'abcXYZ019._-@é ';
const WORD = 'abcXYZ019._-@+é';
const SECRET = 'abc XYZ019!"§$%&/()=?é💥 ';
const ATOM = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_';

/** Any command, all forms of it. */
export function anyCommand(random: SeededRandom): Command {
  const number = random.integer(1, 4_000_000_000);
  const maybe = random.chance(0.3) ? undefined : number;
  const commands: readonly Command[] = [
    { verb: 'USER', name: `x${random.text(NAME, random.integer(0, 20))}` },
    { verb: 'PASS', password: random.text(SECRET, random.integer(1, 30)) },
    { verb: 'APOP', name: random.text(WORD, random.integer(1, 20)), digest: random.text('0123456789abcdef', 32) },
    { verb: 'AUTH', mechanism: random.text(ATOM, random.integer(1, 32)), initialResponse: random.chance(0.3) ? undefined : random.octets(random.integer(0, 100)) },
    { verb: 'LIST', number: maybe }, { verb: 'UIDL', number: maybe }, { verb: 'RETR', number }, { verb: 'DELE', number },
    { verb: 'TOP', number, lines: random.integer(0, 1000) },
    { verb: 'LANG', tag: random.pick([undefined, '*', 'en', 'de-CH-1901', 'en-boont']) },
    { verb: 'STAT' }, { verb: 'NOOP' }, { verb: 'RSET' }, { verb: 'QUIT' }, { verb: 'CAPA' }, { verb: 'STLS' }, { verb: 'UTF8' },
  ];
  return random.pick(commands);
}

/** Message text with everything in it that framing may stumble over; lines end in CRLF, the last one too. */
export function anyMessage(random: SeededRandom): Uint8Array {
  const pieces = ['.', '..', '\r\n', '\r\n.', '\r\n..', '\r\n.\r\n', 'abc', '\r', '\n', '\0', 'é', '.\r', 'x'.repeat(40), '\n.\n', '\r\n\r\n'];
  let text = '';
  for (let count = random.integer(0, 12); count > 0; count--) text += random.pick(pieces);
  return new TextEncoder().encode(`${text}\r\n`);
}
