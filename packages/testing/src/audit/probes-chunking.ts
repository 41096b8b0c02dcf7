/** Whether chunks are counted, and refused ones read: where not, their octets are taken for commands. */
import { fail, pass, type Probe, type ProbeWorld, said, saidAll, skipped, type Verdict } from './probe.ts';

const NOT_OFFERED = skipped('CHUNKING is not offered');
const COMMANDS = 'NOOP\r\nNOOP\r\n';

export const chunkingProbes: readonly Probe[] = [
  {
    id: 'bdat-refused-chunk-is-read',
    severity: 'critical',
    title: 'The octets of a chunk that is refused are read and dropped, not taken for commands.',
    source: 'RFC 3030 2',
    run: probeRefusedChunk,
  },
  {
    id: 'bdat-dot-is-no-end',
    severity: 'critical',
    title: 'A line that is a dot does not end a chunk.',
    source: 'RFC 3030 2',
    run: probeDot,
  },
  {
    id: 'bdat-then-data',
    severity: 'info',
    title: 'DATA behind a chunk of the same message is refused with 503.',
    source: 'RFC 3030 2',
    run: probeMix,
  },
  {
    id: 'bdat-size-that-is-no-number',
    severity: 'warning',
    title: 'A chunk size beyond all bounds is refused, and the connection not used for what follows.',
    source: 'RFC 3030 2',
    run: probeHuge,
  },
];

async function probeRefusedChunk(world: ProbeWorld): Promise<Verdict> {
  const { client, keywords } = await world.connect(true);
  if (!keywords.has('CHUNKING')) return NOT_OFFERED;
  client.say(`BDAT ${COMMANDS.length} LAST\r\n${COMMANDS}`);
  const [refusal, ...more] = await client.untilQuit();
  if (refusal === undefined) return fail('no answer');
  if (refusal.code < 400) return fail(`BDAT before MAIL was accepted: ${said(refusal)}`);
  return more.length <= 1 ? pass(saidAll([refusal, ...more])) : fail(`the chunk was taken for commands: ${saidAll([refusal, ...more])}`);
}

async function probeDot(world: ProbeWorld): Promise<Verdict> {
  const { client, keywords } = await world.connect(true);
  if (!keywords.has('CHUNKING')) return NOT_OFFERED;
  const [mail, rcpt] = await client.ask(world.envelope, 2);
  if (mail?.code !== 250 || rcpt === undefined || rcpt.code >= 300) return skipped(`the envelope was refused: ${said(rcpt ?? mail)}`);
  const chunk = `Subject: audit\r\n\r\n.\r\n${COMMANDS}`;
  client.say(`BDAT ${chunk.length} LAST\r\n${chunk}`);
  const replies = await client.untilQuit();
  return replies.length <= 2 ? pass(saidAll(replies)) : fail(`the chunk was not counted: ${saidAll(replies)}`);
}

async function probeMix(world: ProbeWorld): Promise<Verdict> {
  const { client, keywords } = await world.connect(true);
  if (!keywords.has('CHUNKING')) return NOT_OFFERED;
  const [mail, rcpt, bdat, data] = await client.ask(`${world.envelope}BDAT 3\r\nabcDATA\r\n`, 4);
  if (mail?.code !== 250 || rcpt === undefined || rcpt.code >= 300 || bdat?.code !== 250) return skipped(`the envelope or the chunk was refused: ${said(bdat ?? rcpt ?? mail)}`);
  return data?.code === 503 ? pass(said(data)) : fail(said(data));
}

async function probeHuge(world: ProbeWorld): Promise<Verdict> {
  const { client, keywords } = await world.connect(true);
  if (!keywords.has('CHUNKING')) return NOT_OFFERED;
  client.say(`BDAT ${'9'.repeat(40)} LAST\r\n${COMMANDS}`);
  const replies = await client.untilQuit();
  if (replies.some(({ code }) => code === 250)) return fail(`what followed was taken for commands: ${saidAll(replies)}`);
  return pass(replies.length === 0 ? 'nothing was said' : saidAll(replies));
}
