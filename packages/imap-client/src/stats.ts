/** What a client has counted since it connected, over all its connections. */
export interface ImapStats {
  readonly commands: number;
  /** Commands that were written while others were in flight: each is a round trip that was not waited for. */
  readonly roundTripsSaved: number;
  /** Octets of messages that went through temporary files because their reader was behind. */
  readonly spilledOctets: number;
  /** Octets on the wire, inside TLS and compression. */
  readonly octetsRead: number;
  readonly octetsWritten: number;
  /** Connections made after the first. */
  readonly reconnects: number;
}

export class Stats implements ImapStats {
  commands = 0;
  roundTripsSaved = 0;
  spilledOctets = 0;
  octetsRead = 0;
  octetsWritten = 0;
  reconnects = 0;
  #flight = 0;

  /** Something was written; so many commands are in flight now. */
  countFlight(inFlight: number): void {
    const begun = inFlight - this.#flight;
    if (begun > 0) this.roundTripsSaved += this.#flight > 0 ? begun : begun - 1;
    this.#flight = inFlight;
  }

  snapshot(): ImapStats {
    const { commands, roundTripsSaved, spilledOctets, octetsRead, octetsWritten, reconnects } = this;
    return { commands, roundTripsSaved, spilledOctets, octetsRead, octetsWritten, reconnects };
  }
}
