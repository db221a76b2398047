/** Two types are the same, not only assignable: what is inferred must be neither wider nor narrower. */
export type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false

/** Fails to compile unless the types are the same. Compiled by the checks, never run. */
export function same<A, B>(..._proof: Same<A, B> extends true ? [] : ['these types differ', A, B]): void {
  // There is nothing to do: the types have been compared.
}
