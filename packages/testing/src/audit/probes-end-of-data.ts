/**
 * Whether anything but CRLF.CRLF ends a message: where it does, whoever can send a message can put commands of his own into
 * the session that carries it ("SMTP smuggling").
 */
import { fail, pass, type Probe, type ProbeWorld, said, saidAll, skipped, type Verdict } from './probe.ts';

/** Name and octets of what must not end a message. */
const SEQUENCES: readonly (readonly [string, string])[] = [
  ['lf-dot-lf', '\n.\n'],
  ['lf-dot-crlf', '\n.\r\n'],
  ['crlf-dot-lf', '\r\n.\n'],
  ['cr-dot-cr', '\r.\r'],
  ['cr-dot-crlf', '\r.\r\n'],
  ['crlf-dot-cr', '\r\n.\r'],
  ['cr-dot-lf', '\r.\n'],
  ['lf-dot-cr', '\n.\r'],
  ['crlf-nul-dot-crlf', '\r\n\0.\r\n'],
  ['crlf-dot-nul-crlf', '\r\n.\0\r\n'],
  ['crlf-dot-blank-crlf', '\r\n. \r\n'],
];

export const endOfDataProbes: readonly Probe[] = SEQUENCES.map(([name, octets]) => ({
  id: `end-of-data-${name}`,
  severity: 'critical',
  title: `Only CRLF.CRLF ends a message; ${JSON.stringify(octets)} does not.`,
  source: 'RFC 5321 4.1.1.4; RFC 5321 2.3.8',
  run: (world) => probeSequence(world, octets),
}));

/** One verdict on the message and one reply to QUIT: more means that the lines between were read as commands. */
async function probeSequence(world: ProbeWorld, octets: string): Promise<Verdict> {
  const { client } = await world.connect(true);
  const [mail, rcpt] = await client.ask(world.envelope, 2);
  if (mail?.code !== 250 || rcpt === undefined || rcpt.code >= 300) return skipped(`the envelope was refused: ${said(rcpt ?? mail)}`);
  const [data] = await client.ask('DATA\r\n');
  if (data?.code !== 354) return skipped(`DATA was refused: ${said(data)}`);
  client.say(`Subject: audit\r\n\r\nbefore${octets}NOOP\r\nNOOP\r\n\r\n.\r\n`);
  const [verdict, ...more] = await client.untilQuit();
  if (verdict === undefined) return client.over ? pass('the server closed the connection') : fail('the server did not answer the message');
  return more.length <= 1 ? pass(`one verdict: ${said(verdict)}`) : fail(`the message ended early: ${saidAll([verdict, ...more])}`);
}
