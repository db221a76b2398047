import { appendFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs'
import { dirname } from 'node:path'
import type { Came } from './step.ts'

/** What has come of each command at each server, a line each; the newest one counts. */
export class Rows {
  readonly #file: string
  readonly #came = new Map<string, Came>()

  constructor(file: string) {
    this.#file = file
    mkdirSync(dirname(file), { recursive: true })
    const lines = existsSync(file) ? readFileSync(file, 'utf8').split('\n').filter(Boolean) : []
    for (const line of lines) this.#keep(JSON.parse(line))
  }

  get(server: string, step: string): Came | undefined {
    return this.#came.get(`${server} ${step}`)
  }

  add(came: Came): void {
    this.#keep(came)
    appendFileSync(this.#file, `${JSON.stringify(came)}\n`)
  }

  #keep(came: Came): void {
    this.#came.set(`${came.server} ${came.step}`, came)
  }
}
