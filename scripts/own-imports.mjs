// Gives the script of the command line, which Node 20 runs with a code cache and so without `import()`, one of its own.

/** An `import()` that is run; what `fastmcp build` writes keeps its own. */
const run = /\bimport\((?!\$\{)/g

/** @throws where the compiler has written none in this form: they would be run, and fail. */
export function withOwnImports(script) {
  if (script.search(run) === -1)
    throw new Error('the script of the command line has no import() as it is known here')
  return script.replaceAll(run, '__import(')
}
