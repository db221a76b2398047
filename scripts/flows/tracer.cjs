// Runs in each process of the traced program, and writes down each function that is entered. All append to one file,
// so that its order is that of time.
const { AsyncLocalStorage, executionAsyncResource } = require('node:async_hooks')
const { openSync, writeSync } = require('node:fs')
const { isMainThread } = require('node:worker_threads')

/**
 * @param {string} folder where the program is.
 * @param {string} log where to write.
 * @returns what each function calls first.
 */
module.exports = (folder, log) => {
  // Threads stand by, and look at something again and again.
  if (!isMainThread) return () => undefined
  const file = openSync(log, 'a')
  const latest = new AsyncLocalStorage()
  let count = 0
  return function entered(...called) {
    // An interval looks at something again and again, too, whatever happens.
    if (executionAsyncResource()?._repeat) return
    const id = `${process.pid}.${++count}`
    // What leads here, also where Node, a package or the user's code has called.
    const after = latest.getStore() ?? ''
    latest.enterWith(id)
    const words = [process.pid, id, after, ...called, callerOf(entered, folder)]
    writeSync(file, `${words.join('\t')}\n`)
  }
}

/** The place in the program that has called the function that has called this one, if one has. */
function callerOf(entered, folder) {
  const { stackTraceLimit, prepareStackTrace } = Error
  Object.assign(Error, { stackTraceLimit: 50, prepareStackTrace: undefined })
  const at = {}
  Error.captureStackTrace(at, entered)
  const frames = at.stack
    .split('\n')
    .filter((line) => line.includes(folder) && !line.startsWith('    at async '))
  Object.assign(Error, { stackTraceLimit, prepareStackTrace })
  // What the fields of a class call is called before its constructor has begun, by whoever makes the object.
  while (frames[1]?.includes('<instance_members_initializer>')) frames.splice(1, 2)
  return /([^/]+:\d+):\d+\)?$/.exec(frames[1] ?? '')?.[1] ?? ''
}
