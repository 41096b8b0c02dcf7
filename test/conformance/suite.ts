/**
 * What an area of the conformance cases hands to the runner.
 *
 * The cases live outside the repository (see `run.ts`): data that states what an RFC demands, known to no implementation. An area's file
 * (`address.ts`, `smtp.ts`, ...) maps one suite's cases onto this project's functions and exports `suites: readonly ConformanceSuite[]`.
 * A case that asks for something this project does not build counts as skipped, never as passed.
 *
 * Read next: `run.ts`.
 */

/** One suite: `suite` is its path below the folder of cases (`address/mailbox`); its first word is the area. */
export interface ConformanceSuite {
  readonly suite: string;
  /** Runs every case of the suite; `folder` is the absolute path of the folder that holds all cases. */
  run(folder: string): Promise<SuiteResult> | SuiteResult;
}

/** What became of one suite. `passed + failed + skipped` is the number of its cases, and `failures.length` is `failed`. */
export interface SuiteResult {
  suite: string;
  passed: number;
  failed: number;
  skipped: number;
  failures: CaseFailure[];
}

/** A case whose outcome is not the stated one. `expected` and `actual` must survive JSON. */
export interface CaseFailure {
  id: string;
  expected: unknown;
  actual: unknown;
}
