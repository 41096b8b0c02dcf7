/** A value that a server got wrong, contained: everything around it was read. */
export interface InvalidValue {
  readonly type: 'invalid';
  /** A copy of the octets that stand in the value's place. */
  readonly raw: Uint8Array;
  /** What was expected, and at which offset of `raw` it was not found. */
  readonly expected: string;
  readonly at: number;
}
