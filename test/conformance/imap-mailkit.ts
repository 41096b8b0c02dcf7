/**
 * MailKit's scripted servers, replayed against our client machine. What MailKit writes is read as a command and given to the machine; what the machine writes must be
 * read as the same command. The server's octets are fed whole, line by line and one by one, and must tell the same each time.
 *
 * What the machine makes of them is compared with a reading of the same octets that knows nothing of our parsers: how each command ends, which kinds of data it
 * brings, the octets of every section, how many messages the mailbox holds, their UIDs, UIDVALIDITY, UIDNEXT, HIGHESTMODSEQ and flags.
 *
 * Read next: `imap-mailkit-script.ts` (files to turns), `imap-quirks.ts`.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import {
  type ClientEvent, ClientMachine, type Command, type Data, type Frame, parseCommand, resolveClientOptions, SERVER_LIMITS,
} from '@mailwright/imap';
import { framesOf, octetsOf, type Outcome, readTests, responseFault, tally } from './imap-cases.ts';
import { type MailkitCase, scriptsOf, type Turn } from './imap-mailkit-script.ts';
import { Witness } from './imap-mailkit-witness.ts';
import type { ConformanceSuite, SuiteResult } from './suite.ts';

const GO_ON = octetsOf('+ go on\r\n');
const latin1Of = (octets: Uint8Array): string => Buffer.from(octets).toString('latin1');

/** What also comes as news. */
const UNASKED: ReadonlySet<string> = new Set(['CAPABILITY', 'RECENT']);

/** Whole, by lines, by octets. */
const CUTS: readonly ((octets: Uint8Array) => readonly Uint8Array[])[] = [
  (octets) => [octets],
  (octets) => (latin1Of(octets).match(/[^\n]*\n|[^\n]+$/g) ?? []).map(octetsOf),
  (octets) => Array.from(octets, (octet) => Uint8Array.of(octet)),
];

function runTranscripts(folder: string): SuiteResult {
  const outcomes: Outcome[] = readTests<MailkitCase>(folder, 'mailkit-transcripts.json').map((one) => {
    const faults = scriptsOf(one, folder).flatMap((turns) => {
      const [whole, ...others] = CUTS.map((cut) => new Replay(cut).run(turns));
      return others.every((other) => isDeepStrictEqual(other, whole)) ? whole!.faults : [...whole!.faults, 'cut otherwise, it tells something else'];
    });
    return { id: `${one.test} (${one.file})`, expected: '', actual: [...new Set(faults)].join('; ') };
  });
  return tally('imap/mailkit-transcripts', outcomes);
}

/** What one run tells: what went otherwise than the data say, and everything the machine told. */
interface Result {
  readonly faults: readonly string[];
  readonly told: readonly string[];
}

class Replay {
  readonly #machine: ClientMachine = new ClientMachine(resolveClientOptions(), 0);
  readonly #witness: Witness = new Witness();
  readonly #cut: (octets: Uint8Array) => readonly Uint8Array[];
  readonly #faults: string[] = [];
  readonly #told: string[] = [];
  #tag = '';
  #id: number | undefined = undefined;
  #name = '';
  /** Of the turn that is run. */
  #status: string | undefined = undefined;
  #kinds: string[] = [];
  #fetches = 0;
  #octets = '';
  #end: string | undefined = undefined;
  #challenged = false;

  constructor(cut: (octets: Uint8Array) => readonly Uint8Array[]) {
    this.#cut = cut;
  }

  run(turns: readonly Turn[]): Result {
    for (const [index, turn] of turns.entries()) {
      this.#begin();
      this.#say(turn.client);
      const server = this.#withTag(turn.server);
      for (const chunk of this.#cut(server)) this.#feed(chunk);
      this.#compare(turn, index === 0, server);
    }
    return { faults: this.#faults, told: this.#told };
  }

  #begin(): void {
    this.#status = undefined;
    this.#kinds = [];
    this.#fetches = 0;
    this.#octets = '';
  }

  #fault(text: string): void {
    if (!this.#faults.includes(text)) this.#faults.push(text);
  }

  /** In the files A######## stands for the tag of the command, elsewhere it is MailKit's own. */
  #withTag(octets: Uint8Array): Uint8Array {
    return octetsOf(latin1Of(octets).replace(/\bA(?:########|\d{8}\b)/g, this.#tag || '$&'));
  }

  // What the client says

  #say(client: string): void {
    if (client === '' || this.#end !== undefined) return;
    if (!/^A\d{8} /.test(client)) {
      if (!this.#challenged) return this.#fault(`no challenge is open for ${client.trimEnd()}`);
      this.#machine.respond(new Uint8Array(Buffer.from(client, 'base64')));
      const written = latin1Of(this.#write());
      if (written !== client) this.#fault(`${client.trimEnd()} is written as ${written.trimEnd()}`);
      return;
    }
    const command = readCommand(client);
    if (typeof command === 'string') return this.#fault(`${client.trimEnd()} is ${command}`);
    this.#name = command.name;
    this.#id = this.#machine.send(command);
    const written = this.#write();
    const [frame = 'refused: nothing'] = framesOf(written, 'server');
    const again = typeof frame === 'string' ? undefined : parseCommand(frame, SERVER_LIMITS, true);
    if (again?.ok !== true || !isDeepStrictEqual(again.command, command)) return this.#fault(`${client.trimEnd()} is written as ${latin1Of(written).trimEnd()}`);
    this.#tag = again.tag;
    this.#witness.command(command);
  }

  /** All that is written, literals included: where they have to wait they are allowed. */
  #write(): Uint8Array {
    const parts: Uint8Array[] = [];
    for (;;) {
      this.#pump();
      const taken = this.#machine.takeOutput(0);
      if (taken === undefined) break;
      parts.push(...taken.map((part) => part.slice()));
      if (/\{\d+\}\r\n$/.test(Buffer.concat(parts).toString('latin1'))) this.#machine.receive(GO_ON, 0);
    }
    return new Uint8Array(Buffer.concat(parts));
  }

  // What the machine tells

  #feed(octets: Uint8Array): void {
    this.#machine.receive(octets, 0);
    this.#pump();
  }

  #pump(): void {
    for (let event = this.#machine.next(); event.type !== 'need-data'; event = this.#machine.next()) {
      if (event.type === 'closed') {
        if (this.#end === undefined) this.#told.push(`closed ${event.end}`);
        this.#end = event.end;
        return;
      }
      this.#told.push(event.type === 'literal-data' ? '' : JSON.stringify(event, plain));
      if (event.type === 'literal-data') this.#told.pop();
      this.#take(event);
    }
  }

  #take(event: ClientEvent): void {
    switch (event.type) {
      case 'greeting':
        this.#status = event.status;
        return;
      case 'challenge':
        this.#challenged = true;
        this.#status = '+';
        return;
      case 'completed':
        if (event.id !== this.#id) this.#fault(`${event.command.name} ends in place of ${this.#name}`);
        this.#status = event.status;
        return;
      case 'bye':
        this.#status ??= 'BYE';
        return;
      case 'literal-data':
        this.#octets += latin1Of(event.octets);
        return;
      case 'mailbox':
        if (event.change.type === 'contained') this.#fault(`contained: ${event.change.fault}, ${event.change.detail}`);
        if (event.change.type === 'flags-changed') this.#fetches++;
        return;
      case 'response':
        if (event.response.type === 'unreadable') this.#fault(`unreadable: ${latin1Of(event.response.raw)}`);
        if (event.response.type === 'data') this.#takeData(event.response.data, event.id);
        return;
      case 'violation':
        this.#fault(`violation ${event.code}: ${event.detail}`);
        return;
      default:
        return;
    }
  }

  #takeData(data: Data, id: number | undefined): void {
    if (data.name !== 'FETCH') {
      this.#kinds.push(data.name === 'OTHER' ? `${data.atom}, which nobody knows` : data.name);
      if (id !== this.#id && !UNASKED.has(data.name)) this.#fault(`${data.name} is not for ${this.#name}`);
      return;
    }
    this.#fetches++;
    for (const { name, value } of data.data.invalid) this.#fault(`FETCH ${data.sequenceNumber}: ${name} can't be read: ${value.expected} was expected in ${latin1Of(value.raw)}`);
    for (const { octets } of data.data.sections) if (octets instanceof Uint8Array) this.#octets += latin1Of(octets);
  }

  // What the data say

  #compare({ stands }: Turn, isGreeting: boolean, server: Uint8Array): void {
    const stated = this.#witness.read(latin1Of(server), isGreeting);
    const at = this.#name === '' ? 'the greeting' : this.#name;
    const actual = { status: this.#status, kinds: this.#kinds.join(' '), fetches: this.#fetches, octets: this.#octets };
    for (const [key, value] of Object.entries(actual)) {
      const expected = stated[key as keyof typeof actual];
      if (value !== expected) this.#fault(`${at}${stands === undefined ? '' : ` (${stands})`}: ${key} ${JSON.stringify(value)} in place of ${JSON.stringify(expected)}`);
    }
    if (stated.closes !== (this.#end !== undefined)) this.#fault(`${at}: ${this.#end === undefined ? 'the session goes on' : `closed by ${this.#end}`}`);
    if (this.#end === undefined) for (const fault of this.#witness.compare(this.#machine)) this.#fault(`${at}: ${fault}`);
  }
}

/** The command that MailKit wrote; why not, where it can't be read. */
function readCommand(client: string): Command | string {
  const [frame = 'refused: nothing'] = framesOf(octetsOf(client), 'server');
  if (typeof frame === 'string') return frame;
  const parsed = parseCommand(frame as Frame, SERVER_LIMITS, true);
  return parsed.ok ? parsed.command : `refused: ${parsed.expected} at ${parsed.at}`;
}

function plain(_: string, value: unknown): unknown {
  if (typeof value === 'bigint') return String(value);
  if (value instanceof Uint8Array) return latin1Of(value);
  if (value instanceof Map) return [...(value as Map<unknown, unknown>)];
  return value;
}

/** Every response of every file, those that no case uses included, is read whole, and is read again from what is written for it. */
function runFiles(folder: string): SuiteResult {
  const names = readdirSync(join(folder, 'imap', 'mailkit')).sort();
  const outcomes: Outcome[] = names.map((id) => {
    const text = readFileSync(join(folder, 'imap', 'mailkit', id), 'latin1').replace(/\r?\n/g, '\r\n').replaceAll('A########', 'A1');
    const faults = framesOf(octetsOf(text)).map((frame) => (typeof frame === 'string' ? frame : responseFault(latin1Of(frame.octets))));
    return { id, expected: '', actual: [...new Set(faults.filter((fault) => fault !== ''))].join('; ') };
  });
  return tally('imap/mailkit-files', outcomes);
}

/** The suites of this file. */
export const suites: readonly ConformanceSuite[] = [
  { suite: 'imap/mailkit-transcripts', run: runTranscripts },
  { suite: 'imap/mailkit-files', run: runFiles },
];
