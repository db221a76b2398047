import type { Key } from 'node:readline'
import type { Readable } from 'node:stream'

/** The person has left a question without an answer. */
export class Unanswered extends Error {
  /** By Ctrl-C, which gives up whatever the question is a part of. */
  readonly interrupted: boolean

  constructor(interrupted: boolean) {
    super('the question was left without an answer')
    this.interrupted = interrupted
  }
}

/** A question that is answered with words. */
export interface TextQuestion {
  message: string
  /** What stands there until something is typed. */
  placeholder?: string | undefined
  /** Why an answer will not do; nothing where it does. */
  fault: (text: string) => string | undefined
}

/** One of several answers. */
export interface Choice<T> {
  value: T
  label: string
  /** What is said of it beside its label. */
  hint?: string
}

export interface QuestionOptions {
  /** Where the answers are typed. */
  input?: Readable
  /** Takes the question that is open away, as unanswered. */
  signal?: AbortSignal
}

/** Asks the person at the terminal, on stderr. Every method throws `Unanswered` when the person wants none of it. */
export interface Questions {
  text(question: TextQuestion): Promise<string>
  /** @param first the one to begin with. */
  choice<T>(message: string, choices: readonly Choice<T>[], first?: T): Promise<T>
  /** Yes or no. */
  confirm(message: string): Promise<boolean>
}

/** Loads what asks, which most commands never need. Only for a process whose stdin and stderr are a terminal. */
export async function openQuestions({
  input = process.stdin,
  signal,
}: QuestionOptions = {}): Promise<Questions> {
  const clack = await import('./prompts.ts')
  const answered = async <T>(put: (common: Common) => Promise<T>): Promise<Exclude<T, symbol>> => {
    using ending = new Ending(input, signal)
    const answer = await put({ input, output: process.stderr, signal: ending.signal })
    if (clack.isCancel(answer)) throw new Unanswered(ending.interrupted)
    return answer as Exclude<T, symbol>
  }
  return {
    text: ({ message, placeholder, fault }) =>
      answered((common) =>
        clack.text({
          ...common,
          message,
          ...(placeholder !== undefined && { placeholder }),
          defaultValue: '',
          validate: (text = '') => fault(text),
        }),
      ),
    choice: async <T>(message: string, choices: readonly Choice<T>[], first?: T) => {
      const at = choices.findIndex(({ value }) => value === first)
      const options = choices.map(({ label, hint }, value) => ({ value, label, ...(hint && { hint }) }))
      const chosen = await answered((common) =>
        clack.select({ ...common, message, options, ...(at >= 0 && { initialValue: at }) }),
      )
      return (choices[chosen] as Choice<T>).value
    },
    confirm: (message) => answered((common) => clack.confirm({ ...common, message })),
  }
}

interface Common {
  input: Readable
  output: NodeJS.WriteStream
  signal: AbortSignal
}

/** What ends a question that is open without an answer, as far as the library does not know it, or tells it apart. */
class Ending implements Disposable {
  /** Ctrl-C has been pressed. */
  interrupted = false
  readonly #gone = new AbortController()
  readonly #input: Readable
  readonly #signal: AbortSignal | undefined

  constructor(input: Readable, signal: AbortSignal | undefined) {
    this.#input = input
    this.#signal = signal
    input.on('keypress', this.#hear).on('end', this.#leave)
    signal?.addEventListener('abort', this.#leave)
    if (signal?.aborted) this.#leave()
  }

  /** Aborted by Ctrl-D, and when nobody types or waits any more; never once there is an answer. */
  get signal(): AbortSignal {
    return this.#gone.signal
  }

  readonly #leave = (): void => this.#gone.abort()

  readonly #hear = (_: unknown, { ctrl, name }: Key): void => {
    if (ctrl && name === 'c') this.interrupted = true
    if (ctrl && name === 'd') this.#leave()
  };

  [Symbol.dispose](): void {
    this.#input.off('keypress', this.#hear).off('end', this.#leave)
    this.#signal?.removeEventListener('abort', this.#leave)
  }
}
