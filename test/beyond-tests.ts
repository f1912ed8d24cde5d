/**
 * The exit status where something failed that is no test: a process of vitest's own died, and the tests in it were not played; an
 * error that no test caught; a folder that changed meanwhile. `.ci/run` tries nothing again then, whatever failed beside it.
 */
export const BEYOND_TESTS = 3;

/** For vitest: gives it that status, which would else be that of a test that failed. */
export const beyondTests = {
  onTestRunEnd(_files: unknown, errors: readonly unknown[]): void {
    if (errors.length > 0) process.once("exit", () => (process.exitCode = BEYOND_TESTS));
  },
};
