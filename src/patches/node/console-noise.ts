// Patches: `log`, `info`, `debug`, `table` and `dir` of `console`.
// Why: `fastmcp inspect` tells how often a server prints to stdout, which belongs to the protocol.
// On: Node 20.19–26.
// Otherwise: what is printed past these is not counted; one that is gone fails `inspect` with its
//   TypeError.

/** The methods of `console` that print to stdout. */
const methods = ['log', 'info', 'debug', 'table', 'dir'] as const

/** Counts `console` output to stdout from now on. Returns a function that returns the count. */
export function countConsoleNoise(): () => number {
  let count = 0
  let printing = false
  for (const method of methods) {
    const print = console[method].bind(console) as (...args: unknown[]) => void
    console[method] = (...args: unknown[]) => {
      // Some of them call another.
      if (!printing) count++
      const outermost = !printing
      printing = true
      try {
        print(...args)
      } finally {
        if (outermost) printing = false
      }
    }
  }
  return () => count
}
