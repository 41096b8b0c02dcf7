/** The inverse law: what is written is read as the same value. */
import { describe, expect, test } from 'vitest';
import { concatOctets, encodeLatin1, encodeUtf8 } from '@mailwright/wire';
import { SeededRandom } from '../../../testing/src/seeded-random.ts';
import { encodeCommand } from '../../src/command-encode.ts';
import { parseCommand } from '../../src/command-parse.ts';
import { CLIENT_LIMITS } from '../../src/limits.ts';
import type { Response } from '../../src/response.ts';
import { encodeResponse } from '../../src/response-encode.ts';
import { parseResponse } from '../../src/response-parse.ts';
import type { WrittenPiece } from '../../src/value-writer.ts';
import { anyCode, anyCommand, anyData } from './generate.ts';

const ROUNDS = 60;

function frameOf(pieces: readonly WrittenPiece[]): { octets: Uint8Array; streamed: []; complete: true } {
  const octets = concatOctets(pieces.flatMap((piece) => {
    if (typeof piece === 'string') return [encodeUtf8(piece)];
    if (piece.type !== 'literal') throw new Error('no octets');
    return [encodeLatin1(`${piece.binary ? '~' : ''}{${piece.octets.length}}\r\n`), piece.octets];
  }));
  return { octets, streamed: [], complete: true };
}

/** Views of the frame as octets of their own, which compare by what they hold. */
function owned(value: unknown): unknown {
  if (value instanceof Uint8Array) return Uint8Array.from(value);
  if (value instanceof Map) return new Map([...value].map(([key, inner]) => [key, owned(inner)]));
  if (Array.isArray(value)) return value.map(owned);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, owned(inner)]));
}

function roundTrip(response: Response, utf8: boolean): unknown {
  return owned(parseResponse(frameOf(encodeResponse(response, utf8)), CLIENT_LIMITS, utf8));
}

describe.each([['in modified UTF-7', false], ['in UTF-8', true]] as const)('parse(encode(v)) = v, %s', (_, utf8) => {
  test.each(anyCommand.map((make) => [make(new SeededRandom(1)).name, make] as const))('command %s', (_name, make) => {
    const random = new SeededRandom(51);
    for (let round = 0; round < ROUNDS; round++) {
      const command = make(random);
      const parsed = parseCommand(frameOf(encodeCommand('A1', command, utf8)), CLIENT_LIMITS, utf8);
      expect(parsed.ok ? owned(parsed.command) : parsed).toEqual(owned(command));
    }
  });

  test.each(anyData.map((make) => [make(new SeededRandom(1)).name, make] as const))('data %s', (_name, make) => {
    const random = new SeededRandom(52);
    for (let round = 0; round < ROUNDS; round++) {
      const response: Response = { type: 'data', data: make(random) };
      expect(roundTrip(response, utf8)).toEqual(owned(response));
    }
  });

  test.each(anyCode.map((make) => [make(new SeededRandom(1)).name, make] as const))('code %s', (_name, make) => {
    const random = new SeededRandom(53);
    for (let round = 0; round < ROUNDS; round++) {
      const response: Response = { type: 'status', status: 'OK', code: make(random), text: 'done' };
      expect(roundTrip(response, utf8)).toEqual(owned(response));
    }
  });
});
