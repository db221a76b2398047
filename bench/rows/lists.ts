import { type Part, processor, timesAsMuch } from '../harness/row.ts'
import type { Asked } from '../measures/load.ts'
import { called } from '../measures/serving.ts'
import { bareHttp } from '../servers/bare.ts'
import { manyTools } from '../servers/many-tools.ts'

const asked: Asked = { method: 'tools/list', params: {}, answer: '"tools":[' }

/** A list of ten thousand takes so long that few of them are enough, and few at once, or the last waits too long. */
const loadOf = (count: number) => ({
  calls: Math.max(40, 20_000 / count),
  inFlight: count > 1_000 ? 4 : 32,
})

const ours = (count: number) =>
  called({
    name: `tools/list of ${count}`,
    files: (lab) => lab.write({ [`tools${count}.mjs`]: manyTools(count) }),
    words: (lab) => lab.ours('run', `tools${count}.mjs`, '-t', 'http', '-p', '0'),
    era: 'legacy',
    asked,
    ...loadOf(count),
  })

/** An answer as long as that of a server, made anew for each request. */
const bare = (count: number) => {
  const tool = `{ name: 'tool', description: 'Does the work', inputSchema: { type: 'object', properties: {
    query: { type: 'string', minLength: 1, description: 'What to look for' },
    limit: { type: 'integer', maximum: 100, default: 10 }, order: { enum: ['newest', 'oldest'] } } } }`
  return called({
    name: `an echo of ${count} tools`,
    files: (lab) => lab.write({ [`echo${count}.mjs`]: bareHttp(`{ tools: Array(${count}).fill(${tool}) }`) }),
    words: (lab) => [lab.path(`echo${count}.mjs`)],
    era: 'none',
    asked,
    ...loadOf(count),
  })
}

const contest = (count: number) => ({ of: ours(count), by: bare(count) })
const thousand = contest(1_000)

/** Lists of tools, after the first. */
export const lists: Part = {
  name: 'lists',
  rounds: [7, 3],
  rows: [
    processor({
      target: 12,
      what: 'tools/list with 1,000 tools, processor time',
      of: thousand.of,
      unit: 'ms',
      goal: { atMost: 1 },
    }),
    timesAsMuch({ what: 'tools/list with 10 tools ÷ an echo of as much', ...contest(10) }),
    timesAsMuch({ what: 'tools/list with 1,000 tools ÷ an echo of as much', ...thousand }),
    timesAsMuch({ what: 'tools/list with 10,000 tools ÷ an echo of as much', ...contest(10_000) }),
  ],
}
