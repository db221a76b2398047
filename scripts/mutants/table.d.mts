export interface Mutant {
  name: string
  file: string
  from: string
  to: string
  test: string
  pattern: string
}
export const mutants: readonly Mutant[]
export function mutantsPage(): string
