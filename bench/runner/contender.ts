/** What is measured: one side with its opposite, made once and measured in every round. */

/** One measurement of one side. */
export interface Sample {
  /** In the entry's unit. */
  readonly value: number;
  /** CPU of the measured side alone, or `undefined` where the entry has no messages. */
  readonly cpuPerMessage: number | undefined;
  /** Other figures of the same measurement, such as the two memories of an idle session. */
  readonly extra: Readonly<Record<string, number>>;
}

/** How long a measurement takes. */
export interface Timing {
  readonly rampMs: number;
  readonly windowMs: number;
}

export interface Prepared {
  measure(timing: Timing): Promise<Sample>;
  close(): void;
}

/** `ours`, `limit`, or the name of a peer. */
export interface Contender {
  readonly name: string;
  /** A reason why it can't be measured here, such as a program that is not installed. */
  readonly absent: string | undefined;
  prepare(): Promise<Prepared>;
}

export interface Bar {
  /** The figure: `ratio`, `cpuPerMessage`, `perSecond`, `microseconds` (of one, by the clock), `rss`, `heap`, `rssAboveStartMegabytes`, or `times NAME` for ours divided by a peer's (`times fastest peer`: by the fastest). */
  readonly figure: string;
  readonly atLeast?: number | undefined;
  readonly atMost?: number | undefined;
}

export interface Entry {
  readonly name: string;
  readonly unit: 'messages/s' | 'checks/s' | 'queries/s' | 'commands/s' | 'MB/s' | 'KB/session';
  /** One sentence: who sends to whom, and what the limit is. */
  readonly about: string;
  /** Measured only with `--all`. */
  readonly extra: boolean;
  readonly contenders: readonly Contender[];
  readonly bars: readonly Bar[];
}
