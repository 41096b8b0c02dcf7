/** The help text of a command, from its table. */
import type { Palette } from '../output/palette.ts';
import { padEnd, wrapText } from '../output/visible-text.ts';
import type { CommandSpec, OptionSpec } from './option-table.ts';

const LABEL_COLUMNS = 34;
const DEFAULT_GROUP = 'Options';

/** The whole help, ended by a line end. */
export function formatHelp(spec: CommandSpec, width: number, palette: Palette): string {
  const lines: string[] = [];
  for (const [index, usage] of spec.usage.entries()) lines.push(`${index === 0 ? palette.bold('Usage:') : '      '} mailwright ${spec.name} ${usage}`);
  for (const paragraph of spec.description) lines.push('', ...wrapText(paragraph, width));
  for (const [group, options] of groupOptions(spec)) {
    lines.push('', palette.bold(`${group}:`));
    for (const [name, option] of options) lines.push(...formatOption(name, option, width));
  }
  if (spec.examples.length > 0) lines.push('', palette.bold('Examples:'));
  for (const [line, meaning] of spec.examples) lines.push(...wrapText(meaning, width - 4).map((text) => `  ${palette.dim(`# ${text}`)}`), `  ${line}`);
  return `${lines.join('\n')}\n`;
}

function groupOptions(spec: CommandSpec): ReadonlyMap<string, readonly (readonly [string, OptionSpec])[]> {
  const groups = new Map<string, (readonly [string, OptionSpec])[]>();
  for (const [name, option] of Object.entries(spec.options)) {
    const group = option.group ?? DEFAULT_GROUP;
    const members = groups.get(group);
    if (members === undefined) groups.set(group, [[name, option]]);
    else members.push([name, option]);
  }
  return groups;
}

function formatOption(name: string, { value, short, many, help }: OptionSpec, width: number): readonly string[] {
  const label = `  ${short === undefined ? '    ' : `-${short}, `}--${name}${value === undefined ? '' : ` ${value}`}${many === true ? ' ...' : ''}`;
  const texts = wrapText(help, width - LABEL_COLUMNS);
  if (label.length + 2 > LABEL_COLUMNS) return [label, ...texts.map((text) => ' '.repeat(LABEL_COLUMNS) + text)];
  return texts.map((text, index) => padEnd(index === 0 ? label : '', LABEL_COLUMNS) + text);
}
