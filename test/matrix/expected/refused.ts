import { build, type Cells, dev, everyServer, reload } from './cells.ts'

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
    words: /fastmcp run --exec "node [^"]*server\.mjs"/,
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
    shapes: ['mcp-framework'],
    journeys: build,
    code: 1,
    words: /not as one file in an empty folder/,
    reason: 'it finds its tools by reading a folder while it starts, which one file does not have.',
  },
  {
    shapes: ['exec'],
    journeys: [...dev, ...build, 'extend-dev', 'ask-dev', 'ask-save', 'live-dev'],
    code: 2,
    words: /unknown flag --exec/,
    reason: '`dev` and `build` take the files that a server is loaded from, which a command does not name.',
  },
  {
    shapes: ['url'],
    journeys: [...build, 'extend-dev', 'ask-dev', 'live-dev'],
    code: 2,
    words: /is a URL, which only fastmcp run, list, call, inspect and install accept/,
    reason: '`dev` and `build` take the files that a server is loaded from, which a URL does not name.',
  },
  {
    shapes: ['mcp-json'],
    journeys: [...dev, ...build, 'extend-dev', 'ask-dev', 'ask-save', 'live-dev'],
    code: 2,
    words: /names servers that run elsewhere, which only fastmcp run, list, call, inspect and install accept/,
    reason:
      '`dev` and `build` take the files that a server is loaded from, which an `mcp.json` does not name.',
  },
  {
    shapes: ['exec', 'mcp-json'],
    journeys: reload,
    code: 2,
    words: /--reload needs a server file, and this server runs elsewhere/,
    reason: 'there are no files of its own to follow.',
  },
]
