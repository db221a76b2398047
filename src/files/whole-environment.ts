/** The environment of this process as programs are given it, when they are to have all of it. */
export const wholeEnvironment = (): Record<string, string> =>
  Object.fromEntries(
    Object.entries(process.env).filter((one): one is [string, string] => one[1] !== undefined),
  )
