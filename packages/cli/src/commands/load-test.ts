/**
 * `mailwright send --count`: the same message many times, on several connections, and how fast that was. What the other side
 * says is counted by its words, so a server that begins to refuse is seen.
 */
import { createSmtpPool, type SendResult, type SmtpMessage, type SmtpOutcome, type SmtpPoolOptions } from '@mailwright/smtp-client';
import { EXIT, type CommandIo, type ExitCode } from '../command-io.ts';
import { writeRecord } from '../output/json-lines.ts';
import { formatRule, pageWidth } from '../output/layout.ts';
import { formatCount, formatDuration, formatOctets } from '../output/numbers.ts';
import { paletteFor, type Palette } from '../output/palette.ts';
import { Progress } from '../output/progress.ts';
import { quoteReply } from '../output/reply-text.ts';
import { padStart, visibleText, wrapText } from '../output/visible-text.ts';
import { asUsageError } from './connection-options.ts';

/** Kinds of failures that are told apart. */
const MOST_KINDS = 12;
const CLOSE_MS = 5000;
const TIMES_COLUMNS = 10;
/** A server that does not come back soon is not worth waiting for here. */
const BACK_OFF = { firstMs: 50, lastMs: 200 };
/** So many in a row that could not be sent at all: the server is gone, and the rest is not tried. */
const MOST_NOT_SENT = 10;

export interface LoadTest {
  readonly connect: SmtpPoolOptions;
  readonly message: SmtpMessage;
  readonly octets: number;
  readonly count: number;
  readonly concurrency: number;
  readonly json: boolean;
}

interface Tally {
  readonly outcomes: Record<SmtpOutcome, number>;
  /** What stood in the way, and how often. */
  readonly failures: Map<string, number>;
  /** From the moment the pool took a message to its result, in milliseconds. */
  readonly latencies: Float64Array;
  done: number;
  /** Messages in a row that were not sent. */
  notSentRun: number;
}

/**
 * Sends them all, or as many as there were until the command is stopped or the server is gone. Rejects with the `SmtpError` of a
 * server that can't be reached to begin with.
 */
export async function runLoadTest(test: LoadTest, io: CommandIo): Promise<ExitCode> {
  const { count, connect, message } = test;
  const outcomes = { accepted: 0, partial: 0, rejected: 0, 'not-sent': 0, ambiguous: 0 };
  const tally: Tally = { outcomes, failures: new Map(), latencies: new Float64Array(count), done: 0, notSentRun: 0 };
  let startedAt = io.clock.now();
  const takenAt = new Float64Array(count);
  const source = function* (): Iterable<SmtpMessage> {
    for (let index = 0; index < count && !io.stop.aborted && tally.notSentRun < MOST_NOT_SENT; index++) {
      takenAt[index] = io.clock.now();
      yield message;
    }
  };
  const progress = new Progress(io.stderr, paletteFor(io.stderr, io.env), io.clock, count);
  try {
    const pool = createSmtpPool({ ...connect, backOff: BACK_OFF });
    try {
      await pool.verify();
      startedAt = io.clock.now();
      for await (const result of pool.sendMany(source())) {
        const now = io.clock.now();
        take(tally, result, now - takenAt[result.index]!);
        progress.show(tally.done, `${formatCount(tally.done)} of ${formatCount(count)}, ${formatCount(rate(tally.done, now - startedAt))} a second`);
      }
    } finally {
      progress.clear();
      await pool.close({ timeoutMs: CLOSE_MS });
    }
  } catch (error) {
    throw asUsageError(error);
  }
  report(test, tally, io.clock.now() - startedAt, io);
  return exitCode(tally.outcomes);
}

function take(tally: Tally, result: SendResult, latencyMs: number): void {
  tally.latencies[tally.done++] = latencyMs;
  tally.outcomes[result.outcome]++;
  tally.notSentRun = result.outcome === 'not-sent' ? tally.notSentRun + 1 : 0;
  const { error } = result;
  if (error === undefined) return;
  const kind = error.reply === undefined ? `${error.code}: ${error.message}` : quoteReply(error.reply);
  const known = tally.failures.has(kind) || tally.failures.size < MOST_KINDS ? kind : 'other failures';
  tally.failures.set(known, (tally.failures.get(known) ?? 0) + 1);
}

/** Milliseconds within which so many messages had their result. */
interface Latencies {
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly most: number;
}

function latenciesOf({ latencies, done }: Tally): Latencies {
  const sorted = latencies.subarray(0, done).sort();
  const percentile = (share: number): number => sorted[Math.min(done - 1, Math.floor(done * share))] ?? 0;
  return { p50: percentile(0.5), p95: percentile(0.95), p99: percentile(0.99), most: percentile(1) };
}

function report(test: LoadTest, tally: Tally, durationMs: number, io: CommandIo): void {
  const { outcomes, done, failures } = tally;
  const { octets, concurrency } = test;
  const latencyMs = latenciesOf(tally);
  const perSecond = rate(done, durationMs);
  if (!test.json) return reportPage(test, tally, latencyMs, durationMs, io);
  const failed = [...failures].map(([reason, count]) => ({ reason, count }));
  const figures = { messages: done, octets: octets * done, concurrency, durationMs: Math.round(durationMs), perSecond };
  writeRecord(io.stdout, { type: 'summary', ...outcomes, ...figures, latencyMs: { ...latencyMs }, failures: failed });
}

function reportPage({ octets, concurrency }: LoadTest, { outcomes, done, failures }: Tally, latency: Latencies, durationMs: number, io: CommandIo): void {
  const palette = paletteFor(io.stdout, io.env);
  const width = pageWidth(io.stdout);
  const row = (label: string, text: string): string => `  ${palette.dim(label.padEnd(12))}${text}`;
  const perSecond = rate(done, durationMs);
  const bad = done - outcomes.accepted;
  const others = `${formatCount(outcomes.partial)} in part, ${formatCount(outcomes.rejected)} rejected, ${formatCount(outcomes['not-sent'])} not sent, ${formatCount(outcomes.ambiguous)} unknown`;
  const within = `half within ${formatDuration(latency.p50)}, 95 % ${formatDuration(latency.p95)}, 99 % ${formatDuration(latency.p99)}, all ${formatDuration(latency.most)}`;
  const lines = [
    formatRule(`${formatCount(done)} messages of ${formatOctets(octets)}, ${concurrency} connections`, formatDuration(durationMs), width, palette),
    row('rate', `${palette.bold(formatCount(perSecond))} messages a second, ${formatOctets(perSecond * octets)} a second`),
    row('accepted', (bad === 0 ? palette.green : palette.yellow)(formatCount(outcomes.accepted))),
    ...(bad === 0 ? [] : [row('others', others)]),
    row('latency', within),
    ...[...failures].flatMap(([reason, count]) => formatFailures(reason, count, width, palette)),
  ];
  io.stdout.write(`${lines.join('\n')}\n`);
}

function formatFailures(reason: string, count: number, width: number, palette: Palette): readonly string[] {
  const times = padStart(`${formatCount(count)} ×`, TIMES_COLUMNS);
  return wrapText(visibleText(reason), width - TIMES_COLUMNS - 4).map((text, index) => `  ${index === 0 ? palette.red(times) : ' '.repeat(TIMES_COLUMNS)}  ${text}`);
}

function rate(done: number, durationMs: number): number {
  return durationMs <= 0 ? 0 : Math.round((done * 1000) / durationMs);
}

function exitCode(outcomes: Tally['outcomes']): ExitCode {
  if (outcomes.ambiguous > 0) return EXIT.ambiguous;
  if (outcomes.rejected + outcomes.partial > 0) return EXIT.rejected;
  return outcomes['not-sent'] > 0 || outcomes.accepted === 0 ? EXIT.notSent : EXIT.ok;
}
