/** Milliseconds that a process gets to apply a change: one that hangs must not delay others. */
export const heedLimit = 1_000
