/** Whether what was said in clear text lives on inside TLS. */
import { fail, pass, type Probe, type ProbeWorld, said, saidAll, skipped, type Verdict } from './probe.ts';

const NOT_OFFERED = skipped('STARTTLS is not offered');

export const startTlsProbes: readonly Probe[] = [
  {
    id: 'starttls-injection',
    severity: 'critical',
    title: 'A command that stands behind STARTTLS in clear text is not carried out inside TLS.',
    source: 'RFC 3207 4.2; RFC 3207 6',
    run: probeInjection,
  },
  {
    id: 'starttls-forgets-ehlo',
    severity: 'warning',
    title: 'After the handshake the session begins anew: MAIL before another EHLO is refused.',
    source: 'RFC 3207 4.2',
    run: (world) => probeMemory(world, '', 'MAIL FROM:<>\r\n'),
  },
  {
    id: 'starttls-forgets-transaction',
    severity: 'critical',
    title: 'A transaction begun in clear text does not go on inside TLS.',
    source: 'RFC 3207 4.2',
    run: (world) => probeMemory(world, 'MAIL FROM:<>\r\n', 'RCPT TO:<postmaster>\r\n'),
  },
  {
    id: 'starttls-argument',
    severity: 'info',
    title: 'STARTTLS with an argument is refused with 501.',
    source: 'RFC 3207 4',
    run: probeArgument,
  },
  {
    id: 'starttls-once',
    severity: 'info',
    title: 'Inside TLS, STARTTLS is neither offered nor accepted.',
    source: 'RFC 3207 4.2',
    run: probeTwice,
  },
];

async function probeInjection(world: ProbeWorld): Promise<Verdict> {
  const { client, keywords } = await world.connect(true);
  if (!keywords.has('STARTTLS')) return NOT_OFFERED;
  const [answer] = await client.ask('STARTTLS\r\nNOOP\r\n');
  if (answer?.code !== 220) return pass(`refused: ${said(answer)}`);
  if (!(await world.startTls(client))) return pass('there was no handshake');
  client.say('EHLO audit.invalid\r\n');
  const replies = await client.untilQuit();
  return replies.length > 2 ? fail(`a reply that nothing inside TLS asked for: ${saidAll(replies)}`) : pass(saidAll(replies));
}

async function probeMemory(world: ProbeWorld, before: string, after: string): Promise<Verdict> {
  const { client, keywords } = await world.connect(true);
  if (!keywords.has('STARTTLS')) return NOT_OFFERED;
  if (before !== '' && (await client.ask(before))[0]?.code !== 250) return skipped('MAIL was refused in clear text');
  const [answer] = await client.ask('STARTTLS\r\n');
  if (answer?.code !== 220) return pass(`refused: ${said(answer)}`);
  if (!(await world.startTls(client))) return skipped('there was no handshake');
  const [reply] = await client.ask(after);
  return reply !== undefined && reply.code < 300 ? fail(`accepted: ${said(reply)}`) : pass(`refused: ${said(reply)}`);
}

async function probeArgument(world: ProbeWorld): Promise<Verdict> {
  const { client, keywords } = await world.connect(true);
  if (!keywords.has('STARTTLS')) return NOT_OFFERED;
  const [answer] = await client.ask('STARTTLS now\r\n');
  return answer?.code === 501 ? pass(said(answer)) : fail(said(answer));
}

async function probeTwice(world: ProbeWorld): Promise<Verdict> {
  const { client, keywords } = await world.connect(true);
  if (!keywords.has('STARTTLS')) return NOT_OFFERED;
  if ((await client.ask('STARTTLS\r\n'))[0]?.code !== 220) return skipped('STARTTLS was refused');
  if (!(await world.startTls(client))) return skipped('there was no handshake');
  const [ehlo] = await client.ask('EHLO audit.invalid\r\n');
  if (ehlo?.lines.some((line) => /^STARTTLS\b/i.test(line)) === true) return fail('it is offered again');
  const [answer] = await client.ask('STARTTLS\r\n');
  return answer !== undefined && answer.code < 400 ? fail(said(answer)) : pass(said(answer));
}
