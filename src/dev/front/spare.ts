import type { GenerationHandle } from '../handle/generation-handle.ts'
import type { Build } from './dev-build.ts'

/** A process started ahead, with the user's packages preloaded, which is half of a reload. */
export class Spare {
  readonly #spawn: (env: NodeJS.ProcessEnv) => GenerationHandle
  #child: GenerationHandle | undefined
  #key = ''

  constructor(spawn: (env: NodeJS.ProcessEnv) => GenerationHandle) {
    this.#spawn = spawn
  }

  /** The spare process if it has the right packages and environment, otherwise a new one. */
  take(build: Build): GenerationHandle {
    const spare = this.#child
    this.#child = undefined
    if (spare && !spare.gone && this.#key === keyOf(build)) return spare
    spare?.kill()
    return this.#spawn(build.env)
  }

  prepare(build: Build): void {
    this.#child?.kill()
    this.#key = keyOf(build)
    this.#child = this.#spawn(build.env)
    this.#child.warm(build.ahead)
  }

  close(): void {
    this.#child?.kill()
  }
}

const keyOf = ({ env, ahead }: Build) => JSON.stringify([env, ahead])
