/** Our client into Postfix's smtp-sink: load, and the ways in which it can be told to fail. It has no TLS and no CHUNKING. */
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { makeFolder } from './files.ts';
import { ASCII_SAMPLES, PLAIN, SAMPLES, assertArrived, removePrepended } from './messages.ts';
import { connectOurClient, createOurPool, envelop, sendAll, verbs } from './our-client.ts';
import { isPipelined } from './our-server.ts';
import { findProgram } from './programs.ts';
import type { SmtpOutcome } from '@mailwright/smtp-client';
import type { Program, Scenario, ScenarioContext } from './scenario.ts';

const NEEDS = ['smtp-sink'];
const PREPENDED = ['X-Client-Addr', 'X-Client-Proto', 'X-Helo-Args', 'X-Mail-Args', 'X-Rcpt-Args', 'Received'];
const POLL_MS = 10;

/** Starts it under a user without rights, as it demands of root; resolves when it listens. */
async function startSink(context: ScenarioContext, options: readonly string[]): Promise<{ readonly port: number; readonly program: Program }> {
  const port = await context.freePort();
  const user = process.getuid?.() === 0 ? ['-u', 'nobody'] : [];
  const program = context.start(findProgram('smtp-sink')!, [...user, '-c', ...options, `127.0.0.1:${port}`, '100']);
  for (;;) {
    const client = await connectOurClient(context, { port }).catch(() => undefined);
    if (client !== undefined) {
      await client.connection.quit();
      return { port, program };
    }
    context.signal.throwIfAborted();
    await wait(POLL_MS);
  }
}

/** What it dumped into a folder: its fields taken off, and the empty line that it puts behind, with CRLF again. */
function readDumps(folder: string): Uint8Array[] {
  return readdirSync(folder).map((name) => {
    const text = Buffer.from(removePrepended(readFileSync(join(folder, name)), PREPENDED)).toString('latin1');
    return Buffer.from(text.replace(/\n$/, '').replaceAll('\n', '\r\n'), 'latin1');
  });
}

/** What the client sees when smtp-sink fails in a certain way. */
const FAILURES: readonly { readonly options: readonly string[]; readonly how: string; readonly outcome: SmtpOutcome; readonly code: string }[] = [
  { how: 'a 4xx reply to MAIL', options: ['-r', 'MAIL'], outcome: 'rejected', code: 'SMTP_REJECTED' },
  { how: 'a 5xx reply to RCPT', options: ['-f', 'RCPT'], outcome: 'rejected', code: 'SMTP_REJECTED' },
  { how: 'a 5xx reply to DATA', options: ['-f', 'DATA'], outcome: 'rejected', code: 'SMTP_REJECTED' },
  { how: 'a 5xx reply to the message', options: ['-f', '.'], outcome: 'rejected', code: 'SMTP_REJECTED' },
  { how: '421 in reply to RCPT', options: ['-Q', 'RCPT'], outcome: 'not-sent', code: 'SMTP_GOODBYE' },
  { how: 'a cut after DATA', options: ['-q', 'DATA'], outcome: 'not-sent', code: 'SMTP_CONNECTION_LOST' },
  { how: 'a cut after the final dot', options: ['-q', '.'], outcome: 'ambiguous', code: 'SMTP_CONNECTION_LOST' },
];

export const scenarios: readonly Scenario[] = [
  ...[
    { announced: 'PIPELINING', options: [], pipelined: true, hello: 'EHLO', samples: SAMPLES },
    { announced: 'no PIPELINING', options: ['-p'], pipelined: false, hello: 'EHLO', samples: SAMPLES },
    { announced: 'no ESMTP at all', options: ['-e'], pipelined: false, hello: 'HELO', samples: ASCII_SAMPLES },
  ].map(({ announced, options, pipelined, hello, samples }): Scenario => ({
    name: `our client -> smtp-sink: it announces ${announced}, messages arrive byte-identical`,
    needs: NEEDS,
    run: async (context) => {
      const folder = makeFolder(context, 'dumps');
      const { port } = await startSink(context, ['-d', `${folder}/`, ...options]);
      const client = await connectOurClient(context, { port });
      const messages = Array.from({ length: 10 }, () => samples).flat();
      await sendAll(client, messages.map((sample) => envelop(sample)));
      await client.connection.quit();
      assert.deepEqual([isPipelined(client.transcript), verbs(client).includes(hello)], [pipelined, true]);
      assertArrived(readDumps(folder), messages.map(({ octets }) => octets));
    },
  })),
  {
    name: 'our client -> smtp-sink: 3000 pipelined messages through a pool of 8, the counts are equal',
    needs: NEEDS,
    run: async (context) => {
      const { port, program } = await startSink(context, []);
      const pool = createOurPool(context, { port, maxConnections: 8 });
      let accepted = 0;
      const messages = Array.from({ length: 3000 }, () => envelop(PLAIN));
      for await (const { outcome } of pool.sendMany(messages)) if (outcome === 'accepted') accepted++;
      await pool.close();
      assert.equal(accepted, messages.length);
      await program.waitFor(/sess=(\d+) quit=\1 mesg=3000/);
    },
  },
  ...FAILURES.map(({ how, options, outcome, code }): Scenario => ({
    name: `our client -> smtp-sink: ${how} is told as ${outcome}`,
    needs: NEEDS,
    run: async (context) => {
      const { port } = await startSink(context, options);
      for (const disabled of options[0] === '-q' || options[0] === '-Q' ? [[], ['PIPELINING']] : [[]]) {
        const { connection } = await connectOurClient(context, { port, disabled });
        const result = await connection.send(envelop(PLAIN));
        assert.deepEqual([result.outcome, result.error?.code], [outcome, code]);
        assert.equal(connection.usable, code === 'SMTP_REJECTED');
      }
    },
  })),
];
