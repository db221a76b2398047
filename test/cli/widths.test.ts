import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { after, describe, test } from 'node:test'
import stringWidth from 'fast-string-width'
import { fitted } from '../../src/terminal/fitted.ts'
import { fastmcp } from '../support/program.ts'
import { Project } from '../support/project.ts'
import { atTerminal, noTerminal } from '../support/terminal.ts'
import { version } from '../support/version.ts'
import { chosen } from '../support/whole.ts'

// The build puts it in.
Object.assign(globalThis, { __VERSION__: version })
const { programHelp, summaries } = await import('../../src/options/help/program-help.ts')

const widths = [60, 80, 100, 140]

/** The help of a command as it is printed at a terminal of so many columns, made in this process. */
async function helpOf(command: string, columns: number): Promise<string> {
  const { run } = await import(`../../src/commands/${command}.ts`)
  const { stdout } = process
  const before = { columns: stdout.columns, write: stdout.write }
  let text = ''
  const write = (chunk: string) => {
    text += chunk
    return true
  }
  Object.assign(stdout, { columns, write })
  try {
    assert.equal(await run(['--help']), 0)
  } finally {
    Object.assign(stdout, before)
  }
  return text
}

/** The words of a text, however it is laid out. */
const wordsOf = (text: string) => text.replace(/ \\\n/g, '\n').split(/\s+/).filter(Boolean)

function assertFits(text: string, columns: number): void {
  for (const line of text.split('\n')) {
    assert.ok(stringWidth(line) <= columns || /^\s*\S*:\/\/\S+$/.test(line), `${columns}: ${line}`)
    assert.doesNotMatch(line, /\s$/)
  }
}

describe('help at four widths', () => {
  for (const command of Object.keys(summaries)) {
    test(command, async () => {
      const widest = await helpOf(command, 140)
      for (const columns of widths) {
        const text = await helpOf(command, columns)
        assertFits(text, columns)
        // Each word is there as a whole, in its place.
        assert.deepEqual(wordsOf(text), wordsOf(widest))
      }
    })
  }

  test('of the program', () => {
    for (const columns of widths) {
      const text = fitted(programHelp(), columns)
      assertFits(text, columns)
      assert.deepEqual(wordsOf(text), wordsOf(programHelp()))
    }
  })
})

test('in a pipe help is as wide as COLUMNS says, or 80 columns', async () => {
  for (const words of [['--help'], ['call', '--help']]) {
    const asked = async (columns?: string) =>
      (await fastmcp(words, { env: { COLUMNS: columns } })).stdout.trimEnd()
    const [usual, narrow, wide] = [await asked(), await asked('60'), await asked('140')]
    assertFits(usual, 80)
    assertFits(narrow, 60)
    for (const text of [usual, narrow]) assert.deepEqual(wordsOf(text), wordsOf(wide))
    for (const nonsense of ['', '0', 'wide', '-3']) assert.equal(await asked(nonsense), usual)
  }
})

test('the layout of two commands', async () => {
  assert.match(
    await helpOf('run', 60),
    /\n {2}fastmcp run server\.ts -t http --reload\n {4}reload on every save; clients stay connected\n/,
  )
  assert.match(
    await helpOf('run', 60),
    /\n {2}-p, --port <number>\n {10}port to listen on; 0 for any free port\n {10}\(default: 8000\)\n/,
  )
  assert.match(
    await helpOf('run', 80),
    /\n {2}-p, --port <number> {15}port to listen on; 0 for any free port\n {36}\(default: 8000\)\n/,
  )
  assert.match(await helpOf('call', 60), /^Usage: fastmcp call <server\|url> <tool>\n {7}\[name=value/)
})

const server = `
  import { FastMCP } from 'fastmcp-cli'
  export const forecasts = new FastMCP({ name: 'weather of the whole world', version: '1.2.0' })
  for (const name of ['today', 'tomorrow']) forecasts.tool({ name, description: 'Tells the weather ' + name }, () => 'fine')
  forecasts.resource({ name: 'cities', uri: 'weather://cities' }, () => 'Oslo')`

/** What differs from run to run, made the same without changing how long it is. */
const steady = (text: string) =>
  text
    .replace(/npx fastmcp-cli|npx fastmcp/g, 'fastmcp')
    .replace(/(?<=127\.0\.0\.1:)\d+/g, (port) => 'P'.repeat(port.length))
    .replace(/\d+ ms/g, 'N ms')
    .replace(/fastmcp \d+\.\d+\.\d+/g, 'fastmcp V')

interface Screen {
  args: string[]
  /** The last that is printed. */
  until: RegExp
}

const file = 'weather-server.ts'
const screens: Record<string, Screen> = {
  'run on stdio': { args: ['run', file], until: /-t http/ },
  'run over HTTP': { args: ['run', file, '-t', 'http', '-p', '0', '--health'], until: /Ctrl-C/ },
  dev: { args: ['dev', file, '-p', '0', '--no-inspector'], until: /h help/ },
  list: { args: ['list', file], until: /cities\s+cities/ },
  'a wrong word': { args: ['isntall', file], until: /Did you mean\s+.*\?/ },
}

/** What each shows, as text. After a change that is meant they are written anew: FASTMCP_WRITE_SCREENS=1. */
const expected = new URL('../fixtures/screens/start.txt', import.meta.url)
const writes = process.env.FASTMCP_WRITE_SCREENS === '1'
const sections = new Map(
  readFileSync(expected, { encoding: 'utf8', flag: 'a+' })
    .split(/^== /m)
    .slice(1)
    .map((section): [string, string] => [
      /.*/.exec(section)?.[0] ?? '',
      section.replace(/.*\n/, '').trimEnd(),
    ]),
)

describe('start screens at four widths', { skip: noTerminal }, () => {
  const project = new Project({ 'weather-server.ts': server })
  for (const [name, { args, until }] of Object.entries(screens)) {
    for (const columns of chosen(widths, 2)) {
      test(`${name}, ${columns} columns`, async () => {
        await using started = atTerminal(args, { cwd: project.folder, columns, env: { NO_COLOR: '1' } })
        await started.until(until, 'stdout')
        const screen = steady(started.screen).trimEnd()
        if (writes) sections.set(`${name}, ${columns} columns`, screen)
        assert.equal(screen, sections.get(`${name}, ${columns} columns`))
        assertFits(started.screen, columns)
      })
    }
  }
  after(() => {
    if (writes)
      writeFileSync(expected, [...sections].map(([name, text]) => `== ${name}\n${text}\n`).join('\n'))
  })
})
