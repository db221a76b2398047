/** How long things may take in the tests of one file, in milliseconds. A file may set its own before its tests. */
export const limits = {
  /** One test, with everything in it. */
  test: Math.max(180_000, 5 * Number(process.env.FASTMCP_TEST_PATIENCE ?? 0)),
  /** What keeps the process when all tests are over. */
  afterTests: 10_000,
  /** How many programs are told of when a test fails. */
  told: 12,
}

/** For tests that may first have to install packages, which takes as long as the registry likes. */
export function allowInstalls(): void {
  limits.test = Math.max(limits.test, 600_000)
}
