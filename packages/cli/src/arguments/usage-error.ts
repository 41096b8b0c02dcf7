/** The command line, or a file it names, can't be used as it is: exit code 2. */
export class UsageError extends Error {
  override readonly name: string = 'UsageError';
  /** What to do instead, or `undefined`. */
  readonly hint: string | undefined;

  constructor(message: string, hint?: string | undefined) {
    super(message);
    this.hint = hint;
  }
}
