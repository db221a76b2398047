import { parentPort } from 'node:worker_threads'
import { checkToken } from './token-checks.ts'
import type { TokenAnswer, TokenQuestion } from './token-thread.ts'

// A thread has globals of its own: what user code replaces in its own thread does not reach what decides here.
parentPort?.on('message', ({ id, rules, token }: TokenQuestion) => {
  void checkToken(rules, token).then((checked) => {
    parentPort?.postMessage({ id, checked } satisfies TokenAnswer)
  })
})
