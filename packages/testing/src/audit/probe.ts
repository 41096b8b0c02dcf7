/** What a probe is, and what it may find. */
import type { Reply, Transcript } from '@mailwright/smtp';
import type { AuditClient } from './audit-client.ts';

/** `critical`: others can send mail or commands in somebody's name. `warning`: against a rule that guards against that. `info`: against a rule. */
export type AuditSeverity = 'critical' | 'warning' | 'info';

export interface AuditFinding {
  /** Stable: `end-of-data-lf-dot-lf`. */
  readonly id: string;
  /** `skipped`: the server does not offer what was to be probed, or refused what comes before it. */
  readonly status: 'pass' | 'fail' | 'skipped';
  /** How bad it is when it fails. */
  readonly severity: AuditSeverity;
  /** What is demanded, as one sentence. */
  readonly title: string;
  /** What the server did. */
  readonly detail: string;
  /** `RFC 5321 4.1.1.4`; several joined by `; `. */
  readonly source: string;
  /** The dialogue of the probe. */
  readonly transcript: Transcript;
}

/** What a probe has at hand. */
export interface ProbeWorld {
  /** A new connection on which the greeting was read; `hello`: and EHLO was answered. */
  connect(hello: boolean): Promise<{ readonly client: AuditClient; readonly keywords: ReadonlyMap<string, string> }>;
  /** `MAIL FROM:<...>` CRLF `RCPT TO:<...>` CRLF */
  readonly envelope: string;
  startTls(client: AuditClient): Promise<boolean>;
}

export type Verdict = Pick<AuditFinding, 'status' | 'detail'>;

export interface Probe extends Pick<AuditFinding, 'id' | 'severity' | 'title' | 'source'> {
  run(world: ProbeWorld): Promise<Verdict>;
}

export function pass(detail: string): Verdict {
  return { status: 'pass', detail };
}

export function fail(detail: string): Verdict {
  return { status: 'fail', detail };
}

export function skipped(detail: string): Verdict {
  return { status: 'skipped', detail };
}

/** `250 2.0.0 OK`, `nothing` */
export function said(reply: Reply | undefined): string {
  if (reply === undefined) return 'nothing';
  return [reply.code, reply.enhanced, reply.lines[0]].filter((part) => part !== undefined && part !== '').join(' ').slice(0, 200);
}

/** Replies in words. */
export function saidAll(replies: readonly Reply[]): string {
  return replies.length === 0 ? 'nothing' : replies.map(said).join(' | ');
}
