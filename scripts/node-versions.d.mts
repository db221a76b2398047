export function nodeOf(major: string): string
