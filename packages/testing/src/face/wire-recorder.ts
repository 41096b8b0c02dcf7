/** Who writes down what goes over a wire: the recorder of each protocol fits. */
export interface WireRecorder {
  /** Octets that the client sent, in clear text. */
  client(octets: Uint8Array, atMs: number): void;
  /** Octets that the server sent. */
  server(octets: Uint8Array, atMs: number): void;
  /** Something that neither of them said. */
  event(text: string, atMs: number): void;
}
