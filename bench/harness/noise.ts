import { availableParallelism, loadavg } from 'node:os'

/** How long it listens each time, in milliseconds of its own processor time. */
const span = 25

/** From here on what takes turns with others measures the others, too. */
const loud = 1.15

/**
 * Hears whether others use this machine: work that would take so long by itself takes longer on the clock when it has
 * to share a processor. What this bench itself has started is silent while it listens.
 */
export class Noise {
  readonly #heard: number[] = []

  listen(): void {
    const begun = performance.now()
    const { user, system } = process.cpuUsage()
    const used = () => {
      const now = process.cpuUsage()
      return (now.user + now.system - user - system) / 1000
    }
    while (used() < span) Math.sqrt(Math.random())
    this.#heard.push((performance.now() - begun) / used())
  }

  /** How much longer things took than alone, at the worse of the times it listened: 1 is silence. */
  get level(): number {
    const sorted = [...this.#heard].sort((a, b) => a - b)
    return sorted[Math.floor(sorted.length * 0.8)] ?? 1
  }

  get isLoud(): boolean {
    return this.level > loud
  }
}

/** The load of the machine before anything is measured, and why it is too much, if it is. */
export function loadBefore(): { text: string; tooMuch: boolean } {
  const [load = 0] = loadavg()
  const processors = availableParallelism()
  return { text: `load ${load.toFixed(1)} on ${processors} processors`, tooMuch: load > processors / 4 }
}
