import { divertStdout } from './stdio-guard.ts'

// Preloaded into every worker thread of user code: the protocol's stdout is guarded there as well.
divertStdout(undefined)
