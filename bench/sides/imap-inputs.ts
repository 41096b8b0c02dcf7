/** What the sides of the `imap` entries agree on: the account, the mailboxes and how slow a slow reader is. `runner/dovecot.ts` fills the mailboxes. */
import { setTimeout as wait } from 'node:timers/promises';

export const USERNAME = 'bench';
export const PASSWORD = 'secret';
/** 10,000 messages of 4 KB. */
export const MANY = 'Many';
export const MANY_MESSAGES = 10_000;
export const MANY_OCTETS = 4096;
/** One message of 100 MB. */
export const LARGE = 'Large';
export const LARGE_OCTETS: number = 100 * 1024 * 1024;
export const LARGE_MEGABYTES = 100;
/** Where messages are appended: 1,000 of 1 KB at a time. */
export const APPENDED = 'Appended';
export const APPEND_MESSAGES = 1000;
export const APPEND_OCTETS = 1024;

const REST_AFTER_OCTETS = 1024 * 1024;
const REST_MS = 5;

/** A reader of at most some 150 MB/s: it rests for 5 ms after each MiB. Whoever does not hold the sender back has to keep what comes meanwhile. */
export class SlowReader {
  octets: number = 0;
  #restedAt = 0;

  /** Takes octets; gives a promise where it has to rest first. */
  take(count: number): Promise<void> | undefined {
    this.octets += count;
    const rests = Math.floor((this.octets - this.#restedAt) / REST_AFTER_OCTETS);
    if (rests === 0) return undefined;
    this.#restedAt = this.octets;
    return wait(rests * REST_MS);
  }
}
