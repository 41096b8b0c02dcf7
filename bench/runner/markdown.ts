/** The page that is kept: `bench/results.md`. */
import type { EntryResult, Figures } from './rounds.ts';

const count = (value: number | null | undefined): string => (value === null || value === undefined ? '-' : value >= 100 ? Math.round(value).toLocaleString('en-US') : String(Number(value.toPrecision(3))));

const peerList = (figures: Figures, limit: number | null): string =>
  Object.entries(figures.peers).map(([name, value]) => `${name} ${count(value)}${limit === null ? '' : ` (${(value / limit).toFixed(2)})`}`).join(', ') || '-';

const bars = (result: EntryResult): string =>
  result.bars.map((bar) => `${bar.figure} ${bar.atLeast !== undefined ? `>= ${bar.atLeast}` : `<= ${bar.atMost}`}: ${count(bar.got)} ${bar.held ? 'held' : '**missed**'}`).join('; ') || '-';

function rateRow(result: EntryResult): string {
  const cpu = result.cpuPerMessage;
  return `| \`${result.name}\` | ${count(result.ours)} | ${count(result.limit)} | ${result.ratio?.toFixed(2) ?? '-'} | ${count(cpu?.ours)} / ${count(cpu?.limit)} | ${peerList(result, result.limit)} | ${bars(result)} |`;
}

function idleRow(result: EntryResult): string {
  const heap = result['heap'] as Figures;
  const both = (memory: Figures): string => `${count(memory.ours)} | ${count(memory.limit)} | ${peerList(memory, null)}`;
  return `| \`${result.name}\` | RSS | ${both(result)} | ${bars(result)} |\n| | heap | ${both(heap)} | |`;
}

/** Tables of all results; `now` is the date to print. */
export function formatMarkdown(results: readonly EntryResult[], now: Date, rounds: number, seconds: number): string {
  const rates = results.filter(({ unit }) => unit !== 'KB/session');
  const idle = results.filter(({ unit }) => unit === 'KB/session');
  const loads = results.flatMap(({ load }) => load);
  const lines = [
    '# Results', '',
    `${results[0]?.cpu}, Node ${results[0]?.node}, ${now.toISOString().slice(0, 10)}, ${rounds} rounds of ${seconds} s in turn, medians; load average ${Math.min(...loads).toFixed(1)} to ${Math.max(...loads).toFixed(1)}`,
    '(the measurement itself is about 2). Written by `pnpm bench --markdown`; `README.md` says what each entry means.', '',
    'Messages (checks, queries) a second; CPU in microseconds a message of the measured side alone; in brackets the share of the limit.', '',
    '| entry | ours | limit | ratio | CPU ours / limit | peers | bars |', '| --- | ---: | ---: | ---: | ---: | --- | --- |', ...rates.map(rateRow),
  ];
  if (idle.length > 0) lines.push('', 'KB a session.', '', '| entry | memory | ours | limit | peers | bars |', '| --- | --- | ---: | ---: | --- | --- |', ...idle.map(idleRow));
  const failed = results.flatMap(({ name, errors }) => Object.entries(errors).map(([side, error]) => `- \`${name}\` ${side}: ${error.split('\n')[0]}`));
  if (failed.length > 0) lines.push('', 'Not measured:', '', ...failed);
  return `${lines.join('\n')}\n`;
}
