import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { type Refusal, refusals } from './expected/refused.ts'
import { type Fault, faults } from './expected/wrong.ts'
import type { Journey } from './journey.ts'
import { journeys } from './journeys.ts'
import { expectedOf } from './judge.ts'
import type { Shape } from './shape.ts'
import { shapes } from './shapes.ts'
import { emptiness } from './walk.ts'

/** The newest Node that everything runs on; what an older one lacks is said in words. */
const newest = 24

/** The table of shapes and journeys as a page of the documentation, as the lists say it is. */
export function shapesPage(): string {
  const groups = [...new Set(journeys.map(groupOf))]
  const head = ['shape', ...groups.map((group) => `\`${group}\``)]
  const rows = shapes.map((shape) => [shape.what, ...groups.map((group) => wordsOf(shape, group))])
  return `# Shapes

How server files are written, and what works with each. Made by \`npm run matrix -- --page\` from the lists that
\`npm run matrix\` holds every cell against.

✔ works; a number is a refusal, a letter a known fault, both explained below; – there is no such thing. Where not all of a
group is alike, the parts are named.

${[head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n')}

## Journeys

${journeys.map(({ name, what }) => `- \`${name}\`: ${what}`).join('\n')}

## Refused

${refusals.map((one, index) => `${index + 1}. ${refusalWords(one)}`).join('\n')}

## Known to be wrong

${faults.map((one, index) => `- **${letterOf(index)}** \`${one.label}\`${nodesOf(one)}: ${one.what}`).join('\n')}
`
}

const groupOf = ({ name }: Journey): string => name.split('-')[0] ?? name
const partOf = ({ name }: Journey): string => name.split('-').slice(1).join('-') || 'alone'
const letterOf = (index: number): string => String.fromCharCode(97 + index)
const nodesOf = ({ nodes }: Fault): string => (nodes ? ` (Node ${nodes.join(', ')})` : '')
const refusalWords = ({ code, reason, words }: Refusal): string =>
  `Exit code ${code}, \`${words.source.replaceAll('\\', '')}\`: ${reason}`

/** What a shape comes to in a group of journeys: one mark when they are alike, else each by its name. */
function wordsOf(shape: Shape, group: string): string {
  const parts = journeys.filter((journey) => groupOf(journey) === group)
  const marks = parts.map((journey) => markOf(shape, journey))
  if (new Set(marks).size === 1) return marks[0] ?? ''
  const there = parts
    .map((journey, index) => [partOf(journey), marks[index]])
    .filter(([, mark]) => mark !== '–')
  if (new Set(there.map(([, mark]) => mark)).size === 1) return there[0]?.[1] ?? ''
  return there.map(([part, mark]) => `${part} ${mark}`).join(', ')
}

function markOf(shape: Shape, journey: Journey): string {
  if (emptiness(shape, journey, newest) !== undefined) return '–'
  const expected = expectedOf(shape.name, journey.name, newest)
  const [refusal] = expected.refusals
  if (refusal) return String(refusals.indexOf(refusal) + 1)
  const [fault] = expected.faults
  return fault ? letterOf(faults.indexOf(fault)) : '✔'
}

/** Writes the page anew. */
export function writePage(): void {
  writeFileSync(fileURLToPath(new URL('../../docs/shapes.md', import.meta.url)), shapesPage())
}
