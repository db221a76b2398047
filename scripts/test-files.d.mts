export function testFiles(names?: readonly string[]): string[]
