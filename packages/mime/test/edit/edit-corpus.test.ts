/** Laws of editing over every message file of the public cases where they are at hand (../shared/conformance, or MAILWRIGHT_CONFORMANCE), and over seeded messages. */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { concatOctets, encodeLatin1, latin1 } from '@mailwright/wire';
import { describe, expect, test } from 'vitest';
import { SeededRandom } from '../../../testing/src/seeded-random.ts';
import { dkimImpact } from '../../src/edit/dkim-impact.ts';
import { EditError } from '../../src/edit/edit-error.ts';
import { editMessage } from '../../src/edit/edit-message.ts';
import { parseMessage } from '../../src/parse/parse-message.ts';
import type { ParsedMessage } from '../../src/parse/parse-message.ts';
import { findAmbiguities } from '../../src/edit/find-ambiguities.ts';
import { lintMessage } from '../../src/edit/lint-message.ts';

const FOLDER = join(process.env['MAILWRIGHT_CONFORMANCE'] ?? fileURLToPath(new URL('../../../../../shared/conformance', import.meta.url)), 'mime');
const PARTS_PER_MESSAGE = 12;

function readFiles(): readonly (readonly [name: string, octets: Uint8Array])[] {
  if (!existsSync(FOLDER)) return [];
  const names = readdirSync(FOLDER, { recursive: true }).map(String).filter((name) => /\.(?:eml|msg|raw|txt|bin)$/.test(name)).sort();
  return names.map((name) => [name, new Uint8Array(readFileSync(join(FOLDER, name)))]);
}

/** A message of parts in parts, some broken: unclosed, without line ends, empty. */
function generate(random: SeededRandom, depth: number = 0): string {
  const eol = random.pick(['\r\n', '\r\n', '\n']);
  const fields = Array.from({ length: random.integer(0, 3) }, () => `${random.pick(['Subject', 'X', 'Received', 'to'])}: ${random.pick(['a', ` b${eol} c`, ''])}${eol}`).join('');
  if (depth === 3 || random.chance(0.4)) return `${fields}${random.chance(0.9) ? `${eol}${random.text(`a-. ${eol}`, random.integer(0, 40))}` : ''}`;
  if (random.chance(0.2)) return `${fields}Content-Type: message/rfc822${eol}${eol}${generate(random, depth + 1)}`;
  const boundary = `b${random.integer(0, 99)}_${depth}`;
  const parts = Array.from({ length: random.integer(0, 4) }, () => `--${boundary}${eol}${generate(random, depth + 1)}${random.chance(0.9) ? eol : ''}`).join('');
  return `${fields}Content-Type: multipart/${random.pick(['mixed', 'digest'])}; boundary=${boundary}${eol}${eol}${random.pick(['', `pre${eol}`])}${parts}${random.chance(0.9) ? `--${boundary}--` : ''}${random.pick(['', eol, `${eol}epilogue${eol}`])}`;
}

const FILES = readFiles();
const SEEDED = Array.from({ length: 400 }, (_, seed) => [`seed ${seed}`, encodeLatin1(generate(new SeededRandom(seed)))] as const);
const MESSAGES = [...FILES, ...SEEDED];

/** The ids of a part and all parts in it. */
function subtree(message: ParsedMessage, id: number): readonly number[] {
  return [id, ...message.parts[id]!.children.flatMap((child) => subtree(message, child))];
}

function bodies(message: ParsedMessage, leftOut: ReadonlySet<number>): readonly string[] {
  return message.parts.filter(({ id, children }) => !leftOut.has(id) && children.length === 0).map((part) => latin1(part.rawBody()));
}

function tryReplace(source: Uint8Array, id: number, body: Uint8Array): string | undefined {
  try {
    return latin1(editMessage(source).replaceBody(id, body).octets());
  } catch (error) {
    if (error instanceof EditError && error.code === 'EDIT_BOUNDARY_IN_PART') return undefined;
    throw error;
  }
}

describe('every message', () => {
  test('there are some', () => {
    expect(MESSAGES.length).toBeGreaterThanOrEqual(400);
  });

  test('an untouched edit is one view of the source', () => {
    for (const [name, source] of MESSAGES) {
      const chunks = editMessage(source).chunks();
      expect([name, chunks.map((chunk) => chunk.byteOffset - source.byteOffset), concatOctets(chunks).length]).toEqual([name, source.length === 0 ? [] : [0], source.length]);
    }
  });

  test('a field added or set changes the octets of that field alone', () => {
    for (const [name, source] of MESSAGES) {
      const text = latin1(source);
      const { fields } = parseMessage(source).parts[0]!.headers;
      const lf = text.indexOf('\n');
      const eol = lf !== -1 && text[lf - 1] !== '\r' ? '\n' : '\r\n';
      if (fields.length === 0 && /^[ \t]/.test(text)) continue; // edit-message.test.ts has these
      const top = fields[0]?.start ?? 0;
      expect([name, latin1(editMessage(source).addField('X-Added', '1').octets())]).toEqual([name, `${text.slice(0, top)}X-Added: 1${eol}${text.slice(top)}`]);
      const field = fields.find((one, index) => fields.findIndex((other) => other.name.toLowerCase() === one.name.toLowerCase()) === index && !/^(?:to|cc|bcc|from|sender|reply-to)$/i.test(one.name));
      if (field === undefined || fields.filter((other) => other.name.toLowerCase() === field.name.toLowerCase()).length > 1) continue;
      const edited = latin1(editMessage(source).setField(field.name, 'new').octets());
      expect([name, edited]).toEqual([name, `${text.slice(0, field.start)}${field.name}: new${eol}${text.slice(field.end)}`]);
    }
  });

  test('a part removed takes its own octets and one delimiter with it, and the others read as before', () => {
    let removed = 0;
    for (const [name, source] of MESSAGES) {
      const message = parseMessage(source);
      const removable = message.parts.filter(({ parent }) => parent !== undefined && message.parts[parent]!.mediaType.startsWith('multipart/'));
      for (const part of removable.slice(0, PARTS_PER_MESSAGE)) {
        const gone = new Set(subtree(message, part.id));
        const isOnly = message.parts[part.parent!]!.children.length === 1;
        const expected = bodies(message, gone);
        const found = bodies(parseMessage(editMessage(source).removePart(part.id).octets()), new Set());
        if (isOnly) expect([name, part.id, found.length]).toEqual([name, part.id, expected.length + 1]);
        else expect([name, part.id, found]).toEqual([name, part.id, expected]);
        removed++;
      }
    }
    expect(removed).toBeGreaterThan(500);
  });

  test('a body replaced by itself is the same message, unless it holds what other readers take for a boundary', () => {
    let replaced = 0;
    for (const [name, source] of MESSAGES) {
      const message = parseMessage(source);
      for (const part of message.parts.slice(1, PARTS_PER_MESSAGE).filter(({ children }) => children.length === 0)) {
        if (!part.headers.complete) continue;
        const edited = tryReplace(source, part.id, part.rawBody().slice());
        if (edited === undefined) continue;
        expect([name, part.id, edited === latin1(source) || part.bodyStart === part.end]).toEqual([name, part.id, true]);
        replaced++;
      }
    }
    expect(replaced).toBeGreaterThan(400);
  });

  test('lint, findAmbiguities and dkimImpact never throw, and nothing breaks where nothing was changed', () => {
    for (const [name, source] of MESSAGES) {
      expect([name, dkimImpact(source, source).filter(({ breaks }) => breaks)]).toEqual([name, []]);
      for (const { offset } of [...lintMessage(source, { lineEnds: 'any' }), ...findAmbiguities(source)]) expect([name, offset >= 0 && offset <= source.length]).toEqual([name, true]);
    }
  });
});
