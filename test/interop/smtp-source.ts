/** Postfix's load generator into our server: many sessions at once, one command at a time. It has no TLS, no AUTH, no PIPELINING. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { createSmtpServer } from '@mailwright/smtp-server';
import { writeMessage } from './files.ts';
import { ASCII_SAMPLES, DOTS, assertArrived, assertSameOctets } from './messages.ts';
import { FROM, TO, startOurServer } from './our-server.ts';
import { findProgram } from './programs.ts';
import type { Sample } from './messages.ts';
import type { Scenario, ScenarioContext } from './scenario.ts';

const SESSIONS = '10';
const MESSAGES = 200;
const LINE_OCTETS = 80;
const CRLF = '\r\n';

export const scenarios: readonly Scenario[] = [
  {
    name: 'smtp-source -> our server: messages from files, in many sessions, arrive byte-identical',
    needs: ['smtp-source'],
    run: async (context) => {
      const ours = await startOurServer(context);
      for (const message of ASCII_SAMPLES) {
        await smtpSource(context, ['-F', writeLines(context, message), '-s', SESSIONS, '-m', '20', `127.0.0.1:${ours.port}`]);
      }
      assertArrived(ours.received(), ASCII_SAMPLES.flatMap((message) => Array.from({ length: 20 }, () => asSent(message))));
    },
  },
  ...[1000, 10_000, 100_000].map((length): Scenario => ({
    name: `smtp-source -> our server: ${MESSAGES} generated messages of ${length} octets, three recipients each, in ${SESSIONS} sessions`,
    needs: ['smtp-source'],
    run: async (context) => {
      const ours = await startOurServer(context);
      await smtpSource(context, ['-l', String(length), '-s', SESSIONS, '-m', String(MESSAGES), '-d', '-r', '3', `127.0.0.1:${ours.port}`]);
      for (const { envelope, octets } of ours.server.messages) {
        assert.deepEqual([envelope.from, envelope.to], [FROM, [`3${TO}`, `2${TO}`, TO]]);
        assertSameOctets(octets.subarray(Buffer.from(octets).indexOf(CRLF + CRLF) + 4), generated(length));
      }
      assert.equal(ours.server.messages.length, MESSAGES);
    },
  })),
  {
    name: 'smtp-source -> our server: a new connection for each message, over a Unix socket',
    needs: ['smtp-source'],
    run: async (context) => {
      const received: Uint8Array[] = [];
      const server = createSmtpServer({ data: async ({ body }) => void received.push(await body.octets()) });
      context.defer(() => server.close());
      const path = join(context.folder, 'smtp.socket');
      await server.listen({ path });
      await smtpSource(context, ['-F', writeLines(context, DOTS), '-s', SESSIONS, '-m', '100', `unix:${path}`]);
      assertArrived(received, Array.from({ length: 100 }, () => asSent(DOTS)));
    },
  },
];

async function smtpSource(context: ScenarioContext, options: readonly string[]): Promise<void> {
  const { status, stderr } = await context.run(findProgram('smtp-source')!, ['-f', FROM, '-t', TO, '-M', 'client.mailwright.example', ...options]);
  assert.deepEqual([status, stderr], [0, '']);
}

/** It puts CRLF behind each line itself. */
function writeLines(context: ScenarioContext, { name, octets }: Sample): string {
  return writeMessage(context, name, Buffer.from(Buffer.from(octets).toString('latin1').replaceAll(CRLF, '\n'), 'latin1'));
}

/** It ends whatever it sends with an empty line. */
function asSent({ octets }: Sample): Uint8Array {
  return Buffer.concat([octets, Buffer.from(CRLF)]);
}

/** The body that it makes: lines of 80 octets that count from 1 to 9 and 0, the last one all X; and its end. */
function generated(length: number): Uint8Array {
  const last = length % LINE_OCTETS || LINE_OCTETS;
  const lines = Array.from({ length: (length - last) / LINE_OCTETS }, (_, index) => `${(index + 1) % 10}${'X'.repeat(77)}${CRLF}`);
  return Buffer.from(`${lines.join('')}${'X'.repeat(last)}${CRLF}`);
}
