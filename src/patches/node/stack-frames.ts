/**
 * Has each line of every stack written by this from here on.
 * @param lineOf the line of one frame, indented as Node's own.
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
