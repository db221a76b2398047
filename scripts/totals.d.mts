export function closingLine(totals: { passed: number; failed: number; skipped: number }): string
