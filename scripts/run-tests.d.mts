export interface TestResult {
  name: string
  outcome: 'passed' | 'failed' | 'skipped'
  ms: number
  error?: string
  why?: string
  words: string[]
}

export interface FileResult {
  /** The file, or of several in one process their folder. */
  file: string
  tests: TestResult[]
  faults: string[]
  output: string
  ms: number
  /** Seconds of the processor, its programs' included, where the system tells them. */
  cpu?: number
}

export interface RunTestsOptions {
  node?: string
  cwd?: string
  env?: Record<string, string>
  pattern?: string
  onFile?: (result: FileResult) => void
}

export function runTests(
  files: readonly (string | readonly string[])[],
  options?: RunTestsOptions,
): Promise<FileResult[]>
