export const types: readonly string[]
export const longest: number
export function faultsOf(subject: string): string[]
