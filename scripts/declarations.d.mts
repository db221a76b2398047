export function keepReached(folder: string, entry: string): void
export function importsOf(text: string): string[]
