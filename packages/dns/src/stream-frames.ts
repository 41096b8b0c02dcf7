/** DNS messages on a stream: two octets of length before each (RFC 1035 section 4.2.2, RFC 7858 section 3.3). */

const LENGTH_OCTETS = 2;

/** Cuts what a stream delivers into messages. Holds one incomplete message at most, which is 65,537 octets. */
export class FrameReader {
  #parts: Uint8Array[] = [];
  #held = 0;

  /** The messages that `chunk` completes; they may be views of it. */
  push(chunk: Uint8Array): readonly Uint8Array[] {
    this.#parts.push(chunk);
    this.#held += chunk.length;
    // Octets that come one by one are joined only when a message is whole: each is copied once.
    if (this.#held < this.#needed()) return [];
    let octets = this.#parts.length === 1 ? this.#parts[0]! : Buffer.concat(this.#parts);
    const messages: Uint8Array[] = [];
    for (let length = frameOctets(octets); octets.length >= length; length = frameOctets(octets)) {
      messages.push(octets.subarray(LENGTH_OCTETS, length));
      octets = octets.subarray(length);
    }
    this.#parts = octets.length > 0 ? [octets] : [];
    this.#held = octets.length;
    return messages;
  }

  /** How many octets the message that is being read has, its length included. */
  #needed(): number {
    const first = this.#parts[0]!;
    if (first.length < LENGTH_OCTETS && this.#held >= LENGTH_OCTETS) this.#parts = [Buffer.concat(this.#parts)];
    return frameOctets(this.#parts[0]!);
  }
}

/** The length of the message at the begin of `octets`, its length included; what is needed to tell when they are too few. */
function frameOctets(octets: Uint8Array): number {
  return octets.length < LENGTH_OCTETS ? LENGTH_OCTETS : LENGTH_OCTETS + octets[0]! * 0x100 + octets[1]!;
}

/** A message with its length before it, in one piece: two segments would cost a round trip. @rfc 7766 8 */
export function frame(message: Uint8Array): Uint8Array {
  const octets = new Uint8Array(LENGTH_OCTETS + message.length);
  octets[0] = message.length >> 8;
  octets[1] = message.length;
  octets.set(message, LENGTH_OCTETS);
  return octets;
}
