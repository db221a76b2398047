import { parentPort } from 'node:worker_threads'
import { checkToken } from './token-checks.ts'
import type { TokenAnswer, TokenQuestion } from './token-thread.ts'

// A thread has its own globals: what user code replaces in the main thread has no effect here.
parentPort?.on('message', ({ id, rules, token }: TokenQuestion) => {
  void checkToken(rules, token).then((checked) => {
    parentPort?.postMessage({ id, checked } satisfies TokenAnswer)
  })
})
