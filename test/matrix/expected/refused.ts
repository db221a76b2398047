import { type Cells, dev, everyServer } from './cells.ts'

/** Cells that the program refuses with words of its own, each reviewed: what is right may not come to stand here. */
export interface Refusal extends Cells {
  /** The exit code, as documented. */
  readonly code: number
  /** The words that a person reads. */
  readonly words: RegExp
  /** Why refusing is right. */
  readonly reason: string
}

export const refusals: readonly Refusal[] = [
  {
    shapes: ['by-hand'],
    journeys: everyServer,
    code: 3,
    words: /fastmcp run --exec "node server\.mjs"/,
    reason: 'without an SDK there is nothing to take hold of; behind `--exec` the same file is served.',
  },
  {
    shapes: ['xmcp-project'],
    journeys: everyServer,
    code: 3,
    words: /this is an xmcp project: npx xmcp dev/,
    reason: "a server is only there when the framework's own tool has built it.",
  },
  {
    shapes: ['worker'],
    journeys: everyServer,
    code: 3,
    words: /this is a Cloudflare Worker: npx wrangler dev/,
    reason: 'its modules are only where Cloudflare runs it.',
  },
  {
    shapes: ['exec'],
    journeys: [...dev, 'extend-dev', 'ask-dev', 'ask-save', 'live-dev'],
    code: 2,
    words: /unknown flag --exec/,
    reason: '`dev` follows the files that a server is loaded from, which a command does not name.',
  },
  {
    shapes: ['url'],
    journeys: ['extend-dev', 'ask-dev'],
    code: 2,
    words: /is a URL, which only fastmcp run, list, call, inspect and install accept/,
    reason: '`dev` follows the files that a server is loaded from, which a URL does not name.',
  },
]
