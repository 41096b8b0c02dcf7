/** What the tools for tests reject with. A test that fails should say why: the texts list what did happen. */
import type { ReceivedMessage } from './received-message.ts';

export type TestErrorCode =
  | 'TEST_TIMEOUT'
  | 'TEST_ABORTED'
  | 'TEST_SERVER_CLOSED'
  | 'TEST_SCRIPT_MISMATCH';

/** A failure of a test's own tools. `code` is stable and explained in docs/errors.md. */
export class TestError extends Error {
  override readonly name: string = 'TestError';
  readonly code: TestErrorCode;

  constructor(code: TestErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** A wait that was in vain. Its text lists what did arrive and how the dialogue ended. */
export class TestTimeoutError extends TestError {
  override readonly name: string = 'TestTimeoutError';
  /** Everything that had arrived. */
  readonly messages: readonly ReceivedMessage[];

  constructor(message: string, messages: readonly ReceivedMessage[]) {
    super('TEST_TIMEOUT', message);
    this.messages = messages;
  }
}
