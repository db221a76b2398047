import { envelope, type Line, type Said } from './line.ts'

/** What the tool `report` says. */
export interface Report {
  /** Whether `Object.prototype` is as it was. */
  prototype: boolean
  /** How many of each kind keep the process alive, and how many listeners the process has for each event. */
  resources: Record<string, number>
  listeners: Record<string, number>
  /** MiB, after a collection. */
  heap: number
}

/** A client that does nothing out of the ordinary, on a line of its own or beside somebody else on theirs. */
export class Witness {
  readonly #line: Line
  readonly #modern: boolean
  readonly #prefix: string
  /** Milliseconds. */
  readonly #patience: number
  readonly #waiting = new Map<unknown, (said: Said) => void>()
  #count = 0

  constructor(
    line: Line,
    { modern, prefix, patience }: { modern: boolean; prefix: string; patience: number },
  ) {
    this.#line = line
    this.#modern = modern
    this.#prefix = prefix
    this.#patience = patience
    const others = line.onSaid
    line.onSaid = (said) => {
      if (!this.#hear(said)) others(said)
    }
  }

  /** The text that a tool answers with. */
  async call(name: string, args: Record<string, unknown> = {}): Promise<string> {
    const id = `witness ${this.#count++}`
    const params = { name: this.#prefix + name, arguments: args, ...(this.#modern && { _meta: envelope }) }
    let timer: NodeJS.Timeout | undefined
    const answered = new Promise<Said>((resolve, reject) => {
      this.#waiting.set(id, resolve)
      timer = setTimeout(() => reject(new Error(`${name} was not answered`)), this.#patience)
    })
    answered.catch(() => undefined)
    try {
      await this.#line.send(JSON.stringify({ jsonrpc: '2.0', id, method: 'tools/call', params }))
      const { result, error } = await answered
      if (error) throw new Error(JSON.stringify(error))
      return (result as { content: { text: string }[] }).content[0]?.text ?? ''
    } finally {
      clearTimeout(timer)
    }
  }

  async report(): Promise<Report> {
    return JSON.parse(await this.call('report'))
  }

  /** Calls again and again. What is returned ends that, and says how often it was answered rightly. */
  watch(): () => Promise<number> {
    let going = true
    const watching = (async () => {
      let count = 0
      for (; going; count++) {
        const heard = await this.call('echo', { text: `hello ${count}` })
        if (heard !== `hello ${count}`) throw new Error(`hello ${count} was answered with ${heard}`)
        await new Promise((resolve) => setTimeout(resolve, 20))
      }
      return count
    })()
    watching.catch(() => undefined)
    return () => {
      going = false
      return watching
    }
  }

  #hear({ id, ...said }: Said): boolean {
    const waiting = this.#waiting.get(id)
    this.#waiting.delete(id)
    waiting?.(said)
    return waiting !== undefined
  }
}
