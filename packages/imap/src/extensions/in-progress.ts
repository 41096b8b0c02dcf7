/**
 * INPROGRESS: the server is busy with a command and says how far it is, in an untagged OK.
 *
 *     inprogress-code  = "INPROGRESS" [SP "(" inprogress-tag SP inprogress-state ")"]
 *     inprogress-tag   = quoted / nil
 *     inprogress-state = (number / nil) SP (nz-number / nil)
 *
 * @rfc 9585
 */
import { SP } from '@mailwright/wire';
import type { CodeSpec } from '../extension.ts';
import type { ValueReader } from '../value-reader.ts';
import { ALWAYS, type Brings, NOTHING } from './brings.ts';

export interface InProgressCode {
  readonly name: 'INPROGRESS';
  /** The command it is about. */
  readonly tag: string | undefined;
  /** How much of `goal` is done. */
  readonly progress: number | undefined;
  readonly goal: number | undefined;
}

const inProgressCode: CodeSpec<InProgressCode> = {
  name: 'INPROGRESS',
  source: 'RFC 9585 4',
  parse(reader) {
    if (!reader.skip(SP)) return { name: 'INPROGRESS', tag: undefined, progress: undefined, goal: undefined };
    reader.open();
    const tag = reader.nstring();
    reader.space();
    const progress = readCount(reader);
    reader.space();
    const goal = readCount(reader);
    if (!reader.close()) reader.fail('")"');
    return { name: 'INPROGRESS', tag, progress, goal };
  },
  encode(writer, { tag, progress, goal }) {
    if (tag === undefined && progress === undefined && goal === undefined) return;
    writer.raw(' (');
    if (tag === undefined) writer.raw('NIL');
    else writer.quoted(tag);
    for (const count of [progress, goal]) {
      if (count === undefined) writer.raw(' NIL');
      else writer.space().number(count);
    }
    writer.raw(')');
  },
  explain({ tag, progress, goal }) {
    const of = goal === undefined ? '' : ` of ${goal}`;
    return `The server is busy${tag === undefined ? '' : ` with command ${tag}`}${progress === undefined ? '' : `: ${progress}${of} done`}.`;
  },
};

export const inProgress: Brings<{ codes: typeof inProgressCode }> = {
  ...NOTHING,
  capability: 'INPROGRESS',
  rfc: 9585,
  announced: ALWAYS,
  codes: [inProgressCode],
  explain: () => 'The server tells how far it is with commands that take long.',
};

function readCount(reader: ValueReader): number | undefined {
  return reader.nil() ? undefined : reader.number();
}
