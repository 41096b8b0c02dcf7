/**
 * Runs transcripts against a machine in four ways of cutting the same octets, which must all give the same output and log:
 *
 * - `whole`: the lines that stand together are fed at once;
 * - `lines`: one line at a time;
 * - `octets`: one octet at a time;
 * - `trailing`: a group is fed together with what may follow it without waiting (RFC 2920), so that every group but the
 *   last of a lockstep has octets of the next behind it.
 *
 * The format is described in `README.md` beside this file.
 */
import { readFileSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { escape, readTranscripts } from './transcript-format.ts';
import type { DialogueLine, TranscriptCase } from './transcript-format.ts';

/** What a machine (or a driver around one) looks like to a transcript. */
export interface TranscriptSubject {
  /** Takes octets from the other side. */
  feed(octets: Uint8Array): void | Promise<void>;
  /** The other side has closed its half. */
  end(): void | Promise<void>;
  /** Everything written since the last call. */
  output(): Uint8Array | Promise<Uint8Array>;
  /** What happened so far, one line an event. Pieces of one message body must be joined: how they come depends on the feeding. */
  log(): readonly string[];
  /** Carries out a `-- words` line that is not the runner's own, such as `-- tls`. Throws for words it does not know. */
  direct?(words: string): void | Promise<void>;
}

/** Makes a fresh subject for a case; `options` is the case's `json` fence. */
export interface TranscriptAdapter {
  create(options: Readonly<Record<string, unknown>>): TranscriptSubject | Promise<TranscriptSubject>;
  /** Whose lines are fed: `C` for a server (the default), `S` for a client. */
  readonly feeds?: 'C' | 'S';
  /** Lines after which nothing may be sent before the answer. Default: RFC 2920 3.1, AUTH and STARTTLS. */
  readonly endsGroup?: (line: string) => boolean;
}

export const FEED_MODES = ['whole', 'lines', 'octets', 'trailing'] as const;
export type FeedMode = (typeof FEED_MODES)[number];

/** What came out of one run. */
interface Outcome {
  readonly log: readonly string[];
}

/** A stretch of the dialogue: what is fed, then what must have come out by then. */
interface Step {
  readonly fed: readonly Uint8Array[];
  readonly expected: readonly Extract<DialogueLine, { type: 'octets' }>[];
  readonly directive: string | undefined;
  /** Nothing of the next step may be fed before this one's output is there. */
  readonly lockstep: boolean;
}

const ENDS_GROUP = /^(?:EHLO|HELO|LHLO|DATA|VRFY|EXPN|TURN|ETRN|QUIT|NOOP|HELP|AUTH|STARTTLS)\b/i;

/** Registers one vitest test for each case of the Markdown files at `path` (a file, or a folder of them), as paths. */
export function describeTranscripts(path: string, adapter: TranscriptAdapter): void {
  const files = path.endsWith('.md') ? [path] : readdirSync(path).filter((name) => name.endsWith('.md') && name !== 'README.md').sort().map((name) => join(path, name));
  if (files.length === 0) throw new Error(`${path} holds no transcripts`);
  for (const file of files) {
    describe(basename(file), () => {
      test.each(readTranscripts(readFileSync(file, 'utf8'), file))('$title', async (transcript) => {
        expect(await checkTranscript(transcript, adapter)).toEqual([]);
      });
    });
  }
}

/** Runs a case in the four modes and gives what is wrong, a few lines each; empty when all agree with the transcript. */
export async function checkTranscript(transcript: TranscriptCase, adapter: TranscriptAdapter): Promise<string[]> {
  const problems: string[] = [];
  let first: Outcome | undefined;
  for (const mode of FEED_MODES) {
    const outcome = await runCase(transcript, adapter, mode);
    if (typeof outcome === 'string') {
      problems.push(outcome);
      continue;
    }
    first ??= outcome;
    const expected = transcript.log ?? first.log;
    if (expected.join('\n') !== outcome.log.join('\n')) problems.push(difference(`${transcript.where}: fed ${mode}, the log differs`, expected, outcome.log));
  }
  return problems;
}

/** The outcome, or what was wrong with the output. */
async function runCase(transcript: TranscriptCase, adapter: TranscriptAdapter, mode: FeedMode): Promise<Outcome | string> {
  const subject = await adapter.create(transcript.options);
  const steps = splitSteps(transcript.dialogue, adapter);
  for (let index = 0; index < steps.length; ) {
    const together = mode === 'trailing' ? lockstepLength(steps, index) : 1;
    const batch = steps.slice(index, index + together);
    for (const piece of cut(batch.flatMap(({ fed }) => fed), mode)) await subject.feed(piece);
    const problem = compareOutput(await subject.output(), batch.flatMap(({ expected }) => expected));
    if (problem !== undefined) return `${transcript.where}: fed ${mode}, ${problem}`;
    index += together;
    const { directive } = batch.at(-1)!;
    if (directive !== undefined) await direct(subject, directive, transcript.where);
  }
  return { log: [...subject.log()] };
}

async function direct(subject: TranscriptSubject, words: string, where: string): Promise<void> {
  if (words === 'wait') return;
  if (words === 'end') await subject.end();
  else if (subject.direct === undefined) throw new SyntaxError(`${where}: this adapter knows no directive, so not "-- ${words}"`);
  else await subject.direct(words);
}

/** Cuts the dialogue where fed lines follow expected ones, and at directives. */
function splitSteps(dialogue: readonly DialogueLine[], { feeds = 'C', endsGroup = (line) => ENDS_GROUP.test(line) }: TranscriptAdapter): Step[] {
  const steps: Step[] = [];
  let fed: Uint8Array[] = [];
  let expected: Step['expected'][number][] = [];
  const close = (directive?: string): void => {
    const lastLine = fed.length === 0 ? '' : new TextDecoder().decode(fed.at(-1));
    if (fed.length + expected.length > 0 || directive !== undefined) steps.push({ fed, expected, directive, lockstep: directive !== undefined || fed.length === 0 || endsGroup(lastLine) });
    fed = [];
    expected = [];
  };
  for (const line of dialogue) {
    if (line.type === 'directive') close(line.words);
    else if (line.side !== feeds) expected.push(line);
    else {
      if (expected.length > 0) close();
      fed.push(line.octets);
    }
  }
  close();
  return steps;
}

/** How many steps from `index` on may be fed as one: up to and including the first after which the sender has to wait. */
function lockstepLength(steps: readonly Step[], index: number): number {
  const last = steps.findIndex((step, at) => at >= index && step.lockstep);
  return (last < 0 ? steps.length : last + 1) - index;
}

function cut(lines: readonly Uint8Array[], mode: FeedMode): Uint8Array[] {
  if (mode === 'lines') return [...lines];
  if (lines.length === 0) return [];
  const all = Uint8Array.from(lines.flatMap((line) => [...line]));
  return mode === 'octets' ? Array.from(all, (_octet, at) => all.slice(at, at + 1)) : [all];
}

function compareOutput(output: Uint8Array, expected: Step['expected']): string | undefined {
  let at = 0;
  for (const { octets, prefix } of expected) {
    const end = at + octets.length;
    const matches = end <= output.length && octets.every((octet, index) => output[at + index] === octet);
    const lineEnd = prefix ? indexOfLineEnd(output, end) : end;
    if (!matches || lineEnd < 0) return difference('the output differs', expected.flatMap(show), escape(output));
    at = lineEnd;
  }
  return at === output.length ? undefined : difference('the output differs', expected.flatMap(show), escape(output));
}

/** The offset behind the next CRLF, or -1. */
function indexOfLineEnd(octets: Uint8Array, from: number): number {
  for (let at = octets.indexOf(0x0a, from); at >= 0; at = octets.indexOf(0x0a, at + 1)) {
    if (octets[at - 1] === 0x0d) return at + 1;
  }
  return -1;
}

function show({ octets, prefix }: Step['expected'][number]): string[] {
  const lines = escape(octets);
  return prefix ? [`${(lines[0] ?? '').replace(/\\c$/, '')}...`] : lines;
}

function difference(head: string, expected: readonly string[], actual: readonly string[]): string {
  const list = (lines: readonly string[]): string => (lines.length === 0 ? '\n    (nothing)' : lines.map((line) => `\n    ${line}`).join(''));
  return `${head}\n  expected:${list(expected)}\n  got:${list(actual)}`;
}
