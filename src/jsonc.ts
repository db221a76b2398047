/** Parses JSON that may hold comments and trailing commas, as editors write configuration files. */
export function parseJsonc(text: string): unknown {
  // Strings are matched first, so that what looks like a comment or comma inside one stays.
  const plain = text
    .replace(/^\uFEFF/, '')
    .replace(
      /("(?:\\.|[^"\\])*")|\/\/[^\n]*|\/\*[\s\S]*?\*\//g,
      (_, string: string | undefined) => string ?? ' ',
    )
    .replace(/("(?:\\.|[^"\\])*")|,(?=\s*[}\]])/g, (_, string: string | undefined) => string ?? '')
  return JSON.parse(plain)
}
