/** What the tests of the core share: octets to frames and back. */
import { concatOctets, encodeLatin1, encodeUtf8 } from '@mailwright/wire';
import { encodeCommand } from '../../src/command-encode.ts';
import type { Command } from '../../src/command.ts';
import { type ParsedCommand, parseCommand } from '../../src/command-parse.ts';
import type { Frame } from '../../src/frame.ts';
import type { FrameEvent } from '../../src/frame-event.ts';
import { FrameReader } from '../../src/frame-reader.ts';
import { CLIENT_LIMITS, type ImapLimits, SERVER_LIMITS } from '../../src/limits.ts';
import { encodeResponse } from '../../src/response-encode.ts';
import { parseResponse } from '../../src/response-parse.ts';
import type { Response } from '../../src/response.ts';
import type { WrittenPiece } from '../../src/value-writer.ts';

/** The octets of what was written, with its CRLF. */
export function joinPieces(pieces: readonly WrittenPiece[], sign: '' | '+' = ''): Uint8Array {
  const parts = pieces.map((piece) => {
    if (typeof piece === 'string') return encodeUtf8(piece);
    if (piece.type === 'pending-literal') throw new TypeError('the test has no octets for it');
    return concatOctets([encodeLatin1(`${piece.binary ? '~' : ''}{${piece.octets.length}${sign}}\r\n`), piece.octets]);
  });
  return concatOctets([...parts, encodeLatin1('\r\n')]);
}

/** All events of these octets, pushed chunk by chunk; literals that are wanted are taken. Ends with `inside` where a frame is left. */
export function eventsOf(chunks: readonly Uint8Array[], end: 'client' | 'server', limits?: ImapLimits, bareLf?: boolean): FrameEvent[] {
  const reader = new FrameReader(limits ?? (end === 'client' ? CLIENT_LIMITS : SERVER_LIMITS), { end, bareLf });
  const events: FrameEvent[] = [];
  for (const chunk of chunks) {
    reader.push(chunk);
    for (let event = reader.next(); event.type !== 'need-data'; event = reader.next()) {
      events.push(event);
      if (event.type === 'literal-wanted') reader.accept();
    }
  }
  return events;
}

/** The one frame that these octets are. */
export function frameOf(octets: Uint8Array | string, end: 'client' | 'server' = 'client', limits?: ImapLimits): Frame {
  const events = eventsOf([typeof octets === 'string' ? encodeLatin1(octets) : octets], end, limits).filter(({ type }) => type !== 'literal-wanted');
  const event = events[0];
  if (events.length !== 1 || event?.type !== 'frame') throw new TypeError(`not one frame: ${JSON.stringify(events)}`);
  return event.frame;
}

/** Reads one response given without its CRLF, one octet a character. */
export function readResponse(line: string, utf8: boolean = false, limits: ImapLimits = CLIENT_LIMITS): Response {
  return parseResponse(frameOf(`${line}\r\n`), limits, utf8);
}

/** Reads one command given without its CRLF, one octet a character. */
export function readCommand(line: string, utf8: boolean = false, limits: ImapLimits = SERVER_LIMITS): ParsedCommand {
  return parseCommand(frameOf(`${line}\r\n`, 'server'), limits, utf8);
}

/** Writes a response and reads it again. */
export function throughWire(response: Response, utf8: boolean = false): Response {
  return parseResponse(frameOf(joinPieces(encodeResponse(response, utf8))), CLIENT_LIMITS, utf8);
}

/** Writes a command and reads it again. */
export function commandThroughWire(command: Command, utf8: boolean = false): unknown {
  const parsed = parseCommand(frameOf(joinPieces(encodeCommand('A1', command, utf8), '+'), 'server'), SERVER_LIMITS, utf8);
  return parsed.ok ? parsed.command : parsed;
}

/** What a person would see on the wire. */
export function wireText(pieces: readonly WrittenPiece[]): string {
  let text = '';
  for (const octet of joinPieces(pieces)) text += String.fromCharCode(octet);
  return text.slice(0, -2);
}
