import type { FileResult } from './run-tests.mjs'

export function fileReport(result: FileResult): string
export function totalsOf(results: readonly FileResult[]): { passed: number; failed: number; skipped: number }
