/** What people read: a table, a line for every entry's peers and bars. */
import { styleText } from 'node:util';
import type { BarResult, EntryResult } from './rounds.ts';

const number = (value: number | null | undefined): string => {
  if (value === null || value === undefined) return '-';
  return value >= 1000 ? Math.round(value).toLocaleString('en-US') : String(Number(value.toPrecision(3)));
};

const colour = (style: 'green' | 'red' | 'dim' | 'bold', text: string, colours: boolean): string => (colours ? styleText(style, text) : text);

const describeBar = (bar: BarResult, colours: boolean): string => {
  const wanted = bar.atLeast !== undefined ? `>= ${bar.atLeast}` : `<= ${bar.atMost}`;
  return colour(bar.held ? 'green' : 'red', `${bar.figure} ${number(bar.got)} (${wanted}: ${bar.held ? 'held' : 'missed'})`, colours);
};

/** The figures of one entry, in several lines. */
export function formatEntry(result: EntryResult, colours: boolean): string {
  const cpu = result.cpuPerMessage;
  const rows: [string, number | null | undefined, number | null | undefined][] = [
    ['ours', result.ours, cpu?.ours],
    ['limit', result.limit, cpu?.limit],
    ...Object.entries(result.peers).map(([name, value]): [string, number, number | undefined] => [name, value, cpu?.peers[name]]),
  ];
  const lines = [colour('bold', `${result.name}  (${result.unit})`, colours)];
  for (const [name, value, cpuMicroseconds] of rows) {
    const share = value !== null && value !== undefined && result.limit !== null ? (value / result.limit).toFixed(2) : '-';
    const cpuText = cpuMicroseconds === null || cpuMicroseconds === undefined ? '' : `  ${number(cpuMicroseconds).padStart(8)} us CPU/message`;
    lines.push(`  ${name.padEnd(24)} ${number(value).padStart(10)}  ${share.padStart(5)} of the limit${cpuText}`);
  }
  if (result['heap'] !== undefined) lines.push(formatHeap(result));
  for (const bar of result.bars) lines.push(`  ${describeBar(bar, colours)}`);
  for (const [name, error] of Object.entries(result.errors)) lines.push(`  ${colour('red', `${name} was not measured: ${error.split('\n')[0]}`, colours)}`);
  return `${lines.join('\n')}\n`;
}

function formatHeap(result: EntryResult): string {
  const heap = result['heap'] as { ours: number | null; limit: number | null; peers: Record<string, number> };
  const all: [string, number | null][] = [['ours', heap.ours], ['limit', heap.limit], ...Object.entries(heap.peers)];
  return `  heap alone: ${all.map(([name, value]) => `${name} ${number(value)}`).join(', ')}`;
}
