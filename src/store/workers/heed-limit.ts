/** Milliseconds that a process gets to go by what another has been told: one that hangs must not hold up others. */
export const heedLimit = 1_000
