// Patches: what `node/stdio-guard.ts` does, in each thread of user code: it is preloaded there.
// Why: a worker has a `process` and an `fs` of its own, and descriptor 1 is the same.
// On: Node 20.19–26.
// Otherwise: what a worker prints past it reaches the client as a line that is no JSON; nothing is said.

import { divertStdout } from './stdio-guard.ts'

// Preloaded into every worker thread of user code: the protocol's stdout is guarded there as well.
divertStdout(undefined)
