/**
 * Octets of one message in a response: at once where they are in memory or few, else announced in the response and sent behind it.
 *
 * @rfc 9051 4.3
 * @rfc 3516 4
 */
import type {
  BinaryPart, BinaryRequest, BinarySize, BinarySizeRequest, FetchedOctets, FetchedSection, Partial, PendingLiteral, Section, SectionRequest,
} from '@mailwright/imap';
import { findBinary } from '../message/binary-octets.ts';
import type { MessageLayout } from '../message/message-layout.ts';
import { findOctets, type FoundOctets } from '../message/octet-pieces.ts';
import { findSection } from '../message/section-octets.ts';
import type { CommandSession } from '../server/command-session.ts';
import { ImapServerError } from '../server/errors.ts';
import type { MessageContent } from '../store/message-content.ts';

/** Sections up to here are read before they are sent, */
const AT_ONCE_OCTETS = 65_536;
/** and of one response no more than these: a command can name one section thousands of times. */
const RESPONSE_OCTETS = 1_048_576;

export class OctetsWriter {
  /** A part was asked for whose encoding is not known. @rfc 3516 4.3 */
  hasUnknownEncoding = false;
  readonly #session: CommandSession;
  readonly #emailId: string;
  readonly #content: MessageContent;
  /** What was announced, in the order in which it is written: that of the fields of a response. */
  readonly #pending: Map<PendingLiteral, FoundOctets> = new Map();
  #layout: MessageLayout | undefined = undefined;
  #atOnce = 0;

  constructor(session: CommandSession, emailId: string, content: MessageContent) {
    this.#session = session;
    this.#emailId = emailId;
    this.#content = content;
  }

  async layout(): Promise<MessageLayout> {
    this.#layout ??= await this.#session.core.layouts.read(this.#emailId, this.#content);
    return this.#layout;
  }

  async sections(requests: readonly SectionRequest[]): Promise<readonly FetchedSection[]> {
    const sections: FetchedSection[] = [];
    for (const { section, partial } of requests) sections.push({ section, origin: partial?.origin, octets: await this.section(section, partial) });
    return sections;
  }

  /** `undefined` where the message has no such section. */
  async section(section: Section, partial?: Partial): Promise<FetchedOctets | undefined> {
    return this.#show(await this.#find(section, partial), false);
  }

  async binaries(requests: readonly BinaryRequest[]): Promise<readonly BinaryPart[]> {
    const parts: BinaryPart[] = [];
    for (const { part, partial } of requests) {
      const found = await this.#findBinary(part, partial);
      parts.push({ part, origin: partial?.origin, octets: await this.#show(found, true) });
    }
    return parts;
  }

  async binarySizes(requests: readonly BinarySizeRequest[]): Promise<readonly BinarySize[]> {
    const sizes: BinarySize[] = [];
    for (const { part } of requests) sizes.push({ part, octetCount: (await this.#findBinary(part, undefined))?.octetCount ?? 0 });
    return sizes;
  }

  /** Sends what was announced, as the client reads it. Throws an `ImapServerError` where the store has not as many octets: the response can't be ended. */
  async send(): Promise<void> {
    const { machine } = this.#session;
    for (let wanted = machine.wantedLiteral; wanted !== undefined; wanted = machine.wantedLiteral) {
      const found = this.#pending.get(wanted.literal);
      if (found === undefined) throw new TypeError('a literal is wanted that was not announced here');
      for await (const octets of found.stream()) {
        machine.literal(octets);
        await this.#session.room();
      }
      if (machine.wantedLiteral?.literal === wanted.literal) throw new ImapServerError('IMAP_SERVER_MESSAGE_LOST', 'the store has less of a message than it said');
    }
  }

  async #find(section: Section, partial: Partial | undefined): Promise<FoundOctets | undefined> {
    const content = this.#content;
    if (section.part.length === 0 && section.text === undefined) return findOctets(content, [{ from: 0, to: content.sizeOctets }], partial);
    return findSection(content, await this.layout(), section, partial);
  }

  async #findBinary(part: readonly number[], partial: Partial | undefined): Promise<FoundOctets | undefined> {
    const found = await findBinary(this.#content, await this.layout(), part, partial);
    if (found !== 'unknown-cte') return found;
    this.hasUnknownEncoding = true;
    return undefined;
  }

  async #show(found: FoundOctets | undefined, binary: boolean): Promise<FetchedOctets | undefined> {
    if (found === undefined) return undefined;
    const isAtHand = found.octetCount <= AT_ONCE_OCTETS || (this.#content.octets !== undefined && !binary);
    if (isAtHand && this.#atOnce <= RESPONSE_OCTETS) {
      this.#atOnce += found.octetCount;
      return found.read();
    }
    const pending: PendingLiteral = { type: 'pending-literal', octetCount: found.octetCount, binary, source: undefined };
    this.#pending.set(pending, found);
    return pending;
  }
}
