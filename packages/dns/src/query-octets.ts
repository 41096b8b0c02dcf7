/**
 * The octets of one query, and whether a message answers it. What a forger off the path has to guess: the id, the port it left from
 * (`udp-exchange.ts`), and the case of each letter of the name ("0x20", draft-vixie-dnsext-dns0x20).
 */
import type { Random } from '@mailwright/wire';
import { HEADER_OCTETS, OPTION_PADDING, RCODE, TYPE_OPT } from './message.ts';

const PADDED_TO_OCTETS = 128; // RFC 8467 4.1
const OPT_OCTETS = 11;
const STOCK_OCTETS = 4096;

/** What is asked, whoever is asked and how often. */
export interface QueryFacts {
  readonly labels: readonly string[];
  readonly type: number;
}

export interface QueryForm {
  readonly randomizeCase: boolean;
  /** `undefined`: no OPT record. */
  readonly ednsOctets: number | undefined;
  readonly dnssecOk: boolean;
  /** Sets AD: "tell me" (RFC 6840 section 5.7). */
  readonly wantsAd: boolean;
  /** To a length that tells little, for transports that encrypt. */
  readonly padded: boolean;
}

/** A query that is ready to be sent under an id. */
export interface QueryOctets {
  /** The id is not set yet. */
  readonly octets: Uint8Array;
  /** The name, type and class as the caller spells the name. */
  readonly question: Uint8Array;
}

/** @rfc 1035 4.1 */
export function encodeQuery({ labels, type }: QueryFacts, form: QueryForm, chance: Chance): QueryOctets {
  const nameOctets = labels.reduce((sum, label) => sum + 1 + label.length, 1);
  const questionEnd = HEADER_OCTETS + nameOctets + 4;
  const plainOctets = questionEnd + (form.ednsOctets === undefined ? 0 : OPT_OCTETS);
  const padding = form.padded && form.ednsOctets !== undefined ? PADDED_TO_OCTETS - ((plainOctets + 4) % PADDED_TO_OCTETS) : -4;
  const octets = new Uint8Array(plainOctets + padding + 4);
  octets[2] = 1; // RD
  if (form.wantsAd) octets[3] = 0x20;
  octets[5] = 1;
  let at = HEADER_OCTETS;
  for (const label of labels) {
    octets[at++] = label.length;
    for (let index = 0; index < label.length; index++) octets[at++] = label.charCodeAt(index);
  }
  at++;
  octets[at++] = type >> 8;
  octets[at++] = type;
  octets[at + 1] = 1; // IN
  const question = octets.slice(HEADER_OCTETS, questionEnd);
  if (form.randomizeCase) randomizeCase(octets, HEADER_OCTETS, HEADER_OCTETS + nameOctets, chance);
  if (form.ednsOctets !== undefined) writeOpt(octets, questionEnd, { ...form, ednsOctets: form.ednsOctets }, padding);
  return { octets, question };
}

function writeOpt(octets: Uint8Array, at: number, { ednsOctets, dnssecOk }: QueryForm & { readonly ednsOctets: number }, padding: number): void {
  octets[11] = 1;
  octets[at + 2] = TYPE_OPT;
  octets[at + 3] = ednsOctets >> 8;
  octets[at + 4] = ednsOctets;
  if (dnssecOk) octets[at + 7] = 0x80;
  if (padding < 0) return;
  octets[at + 10] = padding + 4;
  octets[at + 12] = OPTION_PADDING;
  octets[at + 14] = padding;
}

/** Lengths of labels are below 64, so only letters are met. */
function randomizeCase(octets: Uint8Array, from: number, to: number, chance: Chance): void {
  for (let at = from; at < to; at++) {
    const lower = octets[at]! | 0x20;
    if (octets[at]! >= 0x41 && lower >= 0x61 && lower <= 0x7a) octets[at] = chance.bit() === 1 ? lower : lower & 0xdf;
  }
}

/** Draws from a `Random` in stock: one call for many queries. */
export class Chance {
  readonly #random: Random;
  #stock: Uint8Array = new Uint8Array(0);
  #at = 0;
  #bits = 1;

  constructor(random: Random) {
    this.#random = random;
  }

  octet(): number {
    if (this.#at === this.#stock.length) {
      this.#stock = this.#random.octets(STOCK_OCTETS);
      this.#at = 0;
    }
    return this.#stock[this.#at++]!;
  }

  integer16(): number {
    return this.octet() * 0x100 + this.octet();
  }

  bit(): number {
    // A one above the bits that are left tells when none is.
    if (this.#bits === 1) this.#bits = 0x100 + this.octet();
    const bit = this.#bits & 1;
    this.#bits >>= 1;
    return bit;
  }
}

/** `exact`: it answers the query, letter by letter. `case`: but for the case of letters. `other`: it does not. */
export type QuestionMatch = 'exact' | 'case' | 'other';

/**
 * Holds the question of a response against that of the query. A response that refuses EDNS or the operation may come without.
 * @rfc 5452 9.1
 */
export function matchQuestion(response: Uint8Array, query: Uint8Array, questionOctets: number): QuestionMatch {
  if ((response[2]! & 0xf8) !== 0x80) return 'other';
  const rcode = response[3]! & 15;
  if (response[4] === 0 && response[5] === 0) return rcode === RCODE.FORMERR || rcode === RCODE.NOTIMP ? 'exact' : 'other';
  const end = HEADER_OCTETS + questionOctets;
  if (response[4] !== 0 || response[5] !== 1 || response.length < end) return 'other';
  let match: QuestionMatch = 'exact';
  for (let at = HEADER_OCTETS; at < end; at++) {
    const given = response[at]!;
    const wanted = query[at]!;
    if (given === wanted) continue;
    const lower = given | 0x20;
    if ((given ^ wanted) !== 0x20 || lower < 0x61 || lower > 0x7a) return 'other';
    match = 'case';
  }
  return match;
}
