/** Measures one entry: all contenders take turns, round after round, and the median of each counts. */
import { cpus, loadavg } from 'node:os';
import { allEnded } from './processes.ts';
import type { Bar, Contender, Entry, Prepared, Sample, Timing } from './contender.ts';

/** A figure of each contender. */
export interface Figures {
  readonly ours: number | null;
  readonly limit: number | null;
  readonly peers: Readonly<Record<string, number>>;
}

export interface BarResult extends Bar {
  readonly got: number;
  readonly held: boolean;
}

/** One element of what `--json` prints. `null` where a side could not be measured; `errors` says why. */
export interface EntryResult extends Figures {
  readonly name: string;
  readonly unit: string;
  /** ours divided by limit. */
  readonly ratio: number | null;
  /** Microseconds of CPU of the measured side alone; `null` for entries without messages. */
  readonly cpuPerMessage: Figures | null;
  /** Further figures by name, such as `rss` and `heap` (KB) of an idle session. */
  readonly [figure: string]: unknown;
  readonly bars: readonly BarResult[];
  /** All measurements in the order they were taken, by contender. */
  readonly samples: Readonly<Record<string, readonly number[]>>;
  readonly errors: Readonly<Record<string, string>>;
  readonly node: string;
  readonly cpu: string;
  /** Load average of the last minute, before and after. */
  readonly load: readonly [number, number];
}

const median = (values: readonly number[]): number => {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
};

const round = (value: number): number => Number(value.toPrecision(4));

interface Measured {
  readonly contender: Contender;
  prepared: Prepared | undefined;
  samples: Sample[];
}

/** `say` gets a line of progress at a time. */
export async function measureEntry(entry: Entry, rounds: number, timing: Timing, say: (text: string) => void): Promise<EntryResult> {
  const loadBefore = loadavg()[0]!;
  const errors: Record<string, string> = {};
  const all: Measured[] = entry.contenders.map((contender) => ({ contender, prepared: undefined, samples: [] }));
  const attempt = async (measured: Measured, action: () => Promise<void>): Promise<void> => {
    if (errors[measured.contender.name] !== undefined) return;
    try {
      if (measured.contender.absent !== undefined) throw new Error(measured.contender.absent);
      await action();
    } catch (error) {
      errors[measured.contender.name] = error instanceof Error ? error.message : String(error);
    }
  };
  try {
    for (const measured of all) {
      say(`${entry.name}: ${measured.contender.name} warms up`);
      await attempt(measured, async () => {
        measured.prepared = await measured.contender.prepare();
        if (entry.unit !== 'KB/session') await measured.prepared.measure({ ...timing, windowMs: timing.windowMs / 2 });
      });
    }
    for (let turn = 1; turn <= rounds; turn++) {
      for (const measured of all) {
        say(`${entry.name}: round ${turn} of ${rounds}, ${measured.contender.name}`);
        await attempt(measured, async () => void measured.samples.push(await measured.prepared!.measure(timing)));
      }
    }
  } finally {
    for (const measured of all) measured.prepared?.close();
    await allEnded();
  }
  return summarize(entry, all, errors, [loadBefore, loadavg()[0]!]);
}

/** The medians of one figure over all contenders. */
function figures(all: readonly Measured[], read: (sample: Sample) => number | undefined): Figures {
  const medians: Record<string, number> = {};
  for (const { contender, samples } of all) {
    const values = samples.map(read).filter((value) => value !== undefined);
    if (values.length > 0) medians[contender.name] = round(median(values));
  }
  const { ours = null, limit = null, ...peers } = medians;
  return { ours, limit, peers };
}

function summarize(entry: Entry, all: readonly Measured[], errors: Record<string, string>, load: [number, number]): EntryResult {
  const values = figures(all, (sample) => sample.value);
  const cpuPerMessage = figures(all, (sample) => sample.cpuPerMessage);
  const extraNames = new Set(all.flatMap(({ samples }) => samples.flatMap((sample) => Object.keys(sample.extra))));
  const extra = Object.fromEntries([...extraNames].map((name) => [name, figures(all, (sample) => sample.extra[name])]));
  const ratio = values.ours !== null && values.limit !== null ? round(values.ours / values.limit) : null;
  const figure = (name: string): number | null => {
    if (name === 'ratio') return ratio;
    if (name === 'cpuPerMessage') return cpuPerMessage.ours;
    const peer = name === 'times fastest peer' ? fastestPeer(values) : name.startsWith('times ') ? values.peers[name.slice(6)] : undefined;
    if (peer !== undefined) return values.ours === null ? null : round(values.ours / peer);
    return extra[name]?.ours ?? null;
  };
  return {
    name: entry.name, unit: entry.unit, ...values, ratio,
    cpuPerMessage: entry.unit === 'KB/session' ? null : cpuPerMessage,
    ...extra,
    bars: entry.bars.flatMap((bar) => checkBar(bar, figure(bar.figure))),
    samples: Object.fromEntries(all.map(({ contender, samples }) => [contender.name, samples.map((sample) => round(sample.value))])),
    errors, node: process.version, cpu: `${cpus().length} x ${cpus()[0]?.model ?? 'unknown'}`, load,
  };
}

/** The rate of the fastest library; a second limit (`bare-...`) is none, nor is another form of ours. */
function fastestPeer({ peers }: Figures): number | undefined {
  const rates = Object.entries(peers).flatMap(([name, value]) => (/^(?:bare|ours)-/.test(name) ? [] : [value]));
  return rates.length === 0 ? undefined : Math.max(...rates);
}

function checkBar(bar: Bar, got: number | null): BarResult[] {
  if (got === null) return [];
  return [{ ...bar, got, held: got >= (bar.atLeast ?? -Infinity) && got <= (bar.atMost ?? Infinity) }];
}
