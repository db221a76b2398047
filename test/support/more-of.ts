/** In words, what there is more of than before, by name. */
export const moreOf = (
  before: Readonly<Record<string, number>>,
  after: Readonly<Record<string, number>>,
  where: string,
): string[] =>
  Object.entries(after)
    .filter(([name, count]) => count > (before[name] ?? 0))
    .map(([name, count]) => `${where}: ${before[name] ?? 0} of ${name}, now ${count}`)
