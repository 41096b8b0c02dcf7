/** Framing of commands, their order, and what guards a session. */
import { fail, pass, type Probe, type ProbeWorld, said, saidAll, skipped, type Verdict } from './probe.ts';

const LONG_LINE_OCTETS = 100_000;

export const commandProbes: readonly Probe[] = [
  {
    id: 'command-bare-lf',
    severity: 'warning',
    title: 'A bare LF does not end a command.',
    source: 'RFC 5321 2.3.8; RFC 5321 4.1.1',
    run: (world) => probeLineEnd(world, '\n'),
  },
  {
    id: 'command-bare-cr',
    severity: 'warning',
    title: 'A bare CR does not end a command.',
    source: 'RFC 5321 2.3.8; RFC 5321 4.1.1',
    run: (world) => probeLineEnd(world, '\r'),
  },
  {
    id: 'command-nul',
    severity: 'info',
    title: 'A command that holds NUL is refused.',
    source: 'RFC 5321 4.1.2',
    run: (world) => probeRefusal(world, 'MAIL FROM:<a\0b@audit.invalid>\r\n'),
  },
  {
    id: 'command-line-without-end',
    severity: 'warning',
    title: `A command line of ${LONG_LINE_OCTETS} octets is refused, or the connection closed.`,
    source: 'RFC 5321 4.5.3.1.4',
    run: (world) => probeRefusal(world, `MAIL FROM:<${'a'.repeat(LONG_LINE_OCTETS)}@audit.invalid>\r\n`),
  },
  {
    id: 'mail-before-ehlo',
    severity: 'info',
    title: 'MAIL before EHLO or HELO is refused.',
    source: 'RFC 5321 4.1.4',
    run: probeOrder,
  },
  {
    id: 'mail-twice',
    severity: 'info',
    title: 'A second MAIL inside a transaction is refused with 503.',
    source: 'RFC 5321 4.1.4',
    run: async (world) => probeSecond(world, 'MAIL FROM:<>\r\n', 'MAIL FROM:<>\r\n'),
  },
  {
    id: 'pipelining-in-order',
    severity: 'info',
    title: 'Every command of a pipelined group gets its reply, in order.',
    source: 'RFC 2920 3.2',
    run: probeGroup,
  },
  {
    id: 'pipelining-behind-message',
    severity: 'info',
    title: 'A command behind the end of a message gets its own reply, after the verdict.',
    source: 'RFC 2920 3.1',
    run: probeBehindMessage,
  },
  {
    id: 'size-declared',
    severity: 'info',
    title: 'A message that is declared larger than the announced SIZE is refused at MAIL.',
    source: 'RFC 1870 6.1',
    run: probeSize,
  },
  {
    id: 'auth-in-clear-text',
    severity: 'warning',
    title: 'Mechanisms that show the password are not offered in clear text.',
    source: 'RFC 4954 4',
    run: probeClearText,
  },
  {
    id: 'auth-inside-transaction',
    severity: 'info',
    title: 'AUTH inside a transaction is refused without a look at the credentials.',
    source: 'RFC 4954 4',
    run: probeAuthOrder,
  },
];

/** Two positive replies mean two commands. */
async function probeLineEnd(world: ProbeWorld, end: string): Promise<Verdict> {
  const { client } = await world.connect(true);
  client.say(`NOOP${end}NOOP${end}NOOP\r\n`);
  const replies = await client.untilQuit();
  return replies.filter(({ code }) => code === 250).length > 1 ? fail(saidAll(replies)) : pass(saidAll(replies));
}

async function probeRefusal(world: ProbeWorld, command: string): Promise<Verdict> {
  const { client } = await world.connect(true);
  const [reply] = await client.ask(command);
  if (reply === undefined) return client.over ? pass('the server closed the connection') : fail('no answer');
  return reply.code >= 400 ? pass(said(reply)) : fail(said(reply));
}

async function probeOrder(world: ProbeWorld): Promise<Verdict> {
  const { client } = await world.connect(false);
  const [reply] = await client.ask('MAIL FROM:<>\r\n');
  return reply === undefined || reply.code >= 400 ? pass(said(reply)) : fail(said(reply));
}

async function probeSecond(world: ProbeWorld, first: string, second: string): Promise<Verdict> {
  const { client } = await world.connect(true);
  const [before] = await client.ask(first);
  if (before?.code !== 250) return skipped(`MAIL was refused: ${said(before)}`);
  const [reply] = await client.ask(second);
  return reply?.code === 503 ? pass(said(reply)) : fail(said(reply));
}

async function probeGroup(world: ProbeWorld): Promise<Verdict> {
  const { client, keywords } = await world.connect(true);
  if (!keywords.has('PIPELINING')) return skipped('PIPELINING is not offered');
  const replies = await client.ask('MAIL FROM:<>\r\nRCPT TO:<bad address>\r\nRSET\r\nVRFY\r\nNOOP\r\nQUIT\r\n', 6);
  const codes = replies.map(({ code }) => Math.floor(code / 100)).join('');
  return /^2[45]2[245]22$/.test(codes) && replies.at(-1)?.code === 221 ? pass(saidAll(replies)) : fail(saidAll(replies));
}

async function probeBehindMessage(world: ProbeWorld): Promise<Verdict> {
  const { client, keywords } = await world.connect(true);
  if (!keywords.has('PIPELINING')) return skipped('PIPELINING is not offered');
  const envelope = await client.ask(world.envelope, 2);
  if (envelope.some(({ code }) => code >= 300) || envelope.length < 2) return skipped(`the envelope was refused: ${saidAll(envelope)}`);
  const [data] = await client.ask('DATA\r\n');
  if (data?.code !== 354) return skipped(`DATA was refused: ${said(data)}`);
  const replies = await client.ask('Subject: audit\r\n\r\n.\r\nMAIL FROM:<>\r\nRSET\r\n', 3);
  const [, mail, rset] = replies;
  return mail?.code === 250 && rset?.code === 250 ? pass(saidAll(replies)) : fail(saidAll(replies));
}

async function probeSize(world: ProbeWorld): Promise<Verdict> {
  const { client, keywords } = await world.connect(true);
  const size = Number(keywords.get('SIZE') ?? 0);
  if (!(size > 0)) return skipped('no SIZE is announced');
  const [reply] = await client.ask(`MAIL FROM:<> SIZE=${size + 1}\r\n`);
  return reply?.code === 552 ? pass(said(reply)) : fail(said(reply));
}

async function probeClearText(world: ProbeWorld): Promise<Verdict> {
  const { keywords } = await world.connect(true);
  const mechanisms = keywords.get('AUTH')?.toUpperCase().split(/\s+/) ?? [];
  const clear = mechanisms.filter((name) => ['PLAIN', 'LOGIN', 'XOAUTH2', 'OAUTHBEARER'].includes(name));
  return clear.length === 0 ? pass('none is offered') : fail(`offered: ${clear.join(' ')}`);
}

async function probeAuthOrder(world: ProbeWorld): Promise<Verdict> {
  const { client, keywords } = await world.connect(true);
  if (keywords.get('AUTH') !== undefined) return probeSecondOn(client);
  if (!keywords.has('STARTTLS')) return skipped('AUTH is not offered');
  if ((await client.ask('STARTTLS\r\n'))[0]?.code !== 220 || !(await world.startTls(client))) return skipped('there was no handshake');
  const [ehlo] = await client.ask('EHLO audit.invalid\r\n');
  if (ehlo?.lines.some((line) => /^AUTH\b/i.test(line)) !== true) return skipped('AUTH is not offered');
  return probeSecondOn(client);
}

type Client = Awaited<ReturnType<ProbeWorld['connect']>>['client'];

async function probeSecondOn(client: Client): Promise<Verdict> {
  const [mail] = await client.ask('MAIL FROM:<>\r\n');
  if (mail?.code !== 250) return skipped(`MAIL was refused: ${said(mail)}`);
  const [reply] = await client.ask('AUTH PLAIN AGEAYg==\r\n');
  const judged = reply !== undefined && (reply.code < 400 || reply.code === 535);
  return judged ? fail(said(reply)) : pass(said(reply));
}
