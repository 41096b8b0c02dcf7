/**
 * Writes docs/states.md: the states of a session and the commands that move between them, as a diagram and as a table,
 * from the same `moves` that the machine runs. The picture can't say anything else than the code.
 */

/** The part of a `CommandSpec` that the page shows. */
export interface MovingCommand {
  readonly verb: string;
  readonly source: string;
  readonly moves: Readonly<Record<string, { readonly accepted: string; readonly refused?: string | undefined } | undefined>>;
}

/** One machine's chapter. `states` in the order of a session's life. */
export interface StateChapter {
  readonly title: string;
  readonly text: string;
  readonly states: readonly string[];
  readonly commands: readonly MovingCommand[];
}

/** The page for `chapters`. */
export function renderStates(chapters: readonly StateChapter[]): string {
  const head = [
    '# The states of a session',
    '',
    'Generated from the move tables of the machines by `npm run docs`; do not edit.',
    '',
  ];
  return [...head, ...chapters.flatMap(renderChapter)].join('\n');
}

function renderChapter({ title, text, states, commands }: StateChapter): string[] {
  return [`## ${title}`, '', text, '', '```mermaid', 'stateDiagram-v2', ...renderDiagram(states, commands), '```', '', ...renderTable(states, commands), ''];
}

/** One arrow for each pair of states, with all verbs that take it. */
function renderDiagram(states: readonly string[], commands: readonly MovingCommand[]): string[] {
  const arrows = new Map<string, string[]>();
  for (const from of states) {
    for (const { verb, moves } of commands) {
      const move = moves[from];
      if (move === undefined) continue;
      add(arrows, `${from} --> ${move.accepted}`, verb);
      if (move.refused !== undefined && move.refused !== move.accepted) add(arrows, `${from} --> ${move.refused}`, `${verb} refused`);
    }
  }
  return [`    [*] --> ${states[0]}`, ...[...arrows].map(([arrow, verbs]) => `    ${arrow}: ${verbs.join(', ')}`)];
}

function add(arrows: Map<string, string[]>, arrow: string, verb: string): void {
  const verbs = arrows.get(arrow);
  if (verbs === undefined) arrows.set(arrow, [verb]);
  else verbs.push(verb);
}

/** A row for each command, a column for each state it may come in. */
function renderTable(states: readonly string[], commands: readonly MovingCommand[]): string[] {
  const rows = commands.map(({ verb, source, moves }) => {
    const cells = states.map((state) => {
      const move = moves[state];
      if (move === undefined) return '503';
      return move.refused === undefined || move.refused === move.accepted ? move.accepted : `${move.accepted}, refused: ${move.refused}`;
    });
    return `| ${verb} | ${cells.join(' | ')} | ${source} |`;
  });
  return [`| command | ${states.map((state) => `in \`${state}\``).join(' | ')} | source |`, `| --- |${' --- |'.repeat(states.length)} --- |`, ...rows];
}
