/** The methods of `console` that print to stdout. */
const methods = ['log', 'info', 'debug', 'table', 'dir'] as const

/** Counts what is printed to stdout through `console` from now on. Returns the way to the number. */
export function countConsoleNoise(): () => number {
  let count = 0
  for (const method of methods) {
    const print = console[method].bind(console) as (...args: unknown[]) => void
    console[method] = (...args: unknown[]) => {
      count++
      print(...args)
    }
  }
  return () => count
}
