// Patches: `Error.prepareStackTrace`.
// Why: stacks of compiled files show the true source; `--enable-source-maps` reads the maps of all
//   packages at the start.
// On: Node 20.19–26.
// Otherwise: stacks show lines of the compiled file.

/**
 * Formats the frames of every stack trace with this function from now on.
 * @param lineOf returns the line of one frame, indented like Node's own.
 */
export function writeFrames(lineOf: (frame: NodeJS.CallSite) => string): void {
  Error.prepareStackTrace = (error, frames) => [titleOf(error), ...frames.map(lineOf)].join('\n')
}

/** `Error.prototype.toString`, which throws for an error whose fields do. */
function titleOf(error: Error): string {
  try {
    return Error.prototype.toString.call(error)
  } catch {
    return 'Error'
  }
}
