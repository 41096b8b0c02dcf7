/**
 * Writes docs/states.md: the states of a session and the commands that move between them, as a diagram and as a table,
 * from the same `moves` that the machine runs. The picture can't say anything else than the code.
 */

/** The part of a `CommandSpec` that the page shows. */
export interface MovingCommand {
  readonly verb: string;
  readonly source: string;
  /** `close` ends the session. */
  readonly effect: string;
  /** `counted`: the message may come in several pieces (BDAT), the last one of which ends it. */
  readonly body: { readonly form: string } | undefined;
  readonly moves: Readonly<Record<string, { readonly accepted: string; readonly refused?: string | undefined } | undefined>>;
}

/** One machine's chapter. `states` in the order of a session's life; `ended`: where a message that is complete leads. */
export interface StateChapter {
  readonly title: string;
  readonly text: readonly string[];
  readonly states: readonly string[];
  readonly ended: string;
  readonly commands: readonly MovingCommand[];
}

const HEAD = ['# The states of a session', '', 'Generated from the move tables of the machines by `npm run docs`; do not edit.', ''];

/** The page for `chapters`. */
export function renderStates(chapters: readonly StateChapter[]): string {
  return [...HEAD, ...chapters.flatMap(renderChapter)].join('\n');
}

function renderChapter(chapter: StateChapter): string[] {
  const { title, text } = chapter;
  return [`## ${title}`, '', ...text, '', '```mermaid', 'stateDiagram-v2', ...renderDiagram(chapter), '```', '', ...renderTable(chapter), ''];
}

/** Where `command` leads from `state`, each with the words for it. */
function movesFrom(command: MovingCommand, state: string, ended: string): { readonly to: string; readonly when: string }[] {
  const move = command.moves[state];
  if (move === undefined) return [];
  if (command.effect === 'close') return [{ to: '[*]', when: command.verb }];
  const moves = [{ to: move.accepted, when: command.verb }];
  if (command.body?.form === 'counted') moves.push({ to: ended, when: `${command.verb} LAST` });
  if (move.refused !== undefined) moves.push({ to: move.refused, when: `${command.verb} refused` });
  return moves;
}

/** One arrow for each pair of states, with all commands that take it; those that stay where they are need no arrow. */
function renderDiagram({ states, commands, ended }: StateChapter): string[] {
  const arrows = new Map<string, string[]>();
  for (const from of states) {
    for (const { to, when } of commands.flatMap((command) => movesFrom(command, from, ended))) {
      if (to !== from) arrows.set(`${from} --> ${to}`, [...(arrows.get(`${from} --> ${to}`) ?? []), when]);
    }
  }
  return [`    [*] --> ${states[0]}`, ...[...arrows].map(([arrow, verbs]) => `    ${arrow}: ${verbs.join(', ')}`)];
}

/** A row for each command, a column for each state it may come in. */
function renderTable({ states, commands, ended }: StateChapter): string[] {
  const rows = commands.map((command) => {
    const cells = states.map((state) => {
      const [first, ...others] = movesFrom(command, state, ended);
      if (first === undefined) return '503';
      return [first.to === '[*]' ? 'end' : first.to, ...others.map(({ to, when }) => `${when.slice(command.verb.length + 1)}: ${to}`)].join(', ');
    });
    return `| ${command.verb} | ${cells.join(' | ')} | ${command.source} |`;
  });
  return [`| command | ${states.map((state) => `in \`${state}\``).join(' | ')} | source |`, `| --- |${' --- |'.repeat(states.length)} --- |`, ...rows];
}
