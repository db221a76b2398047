export function withOwnImports(script: string): string
