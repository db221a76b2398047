// Public servers from their TypeScript sources: `list` beside what tsx runs. npm run test:repositories [-- word ...]
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js'
import { closingLine } from './totals.mjs'

interface Repository {
  /** On GitHub. */
  readonly name: string
  readonly commit: string
  /** The file that its `bin` or its start script comes from. */
  readonly entry: string
  /** The folder to install and start in, where that is not the root. */
  readonly folder?: string
  readonly args?: readonly string[]
  /** What it asks for before it starts; nothing here is sent anywhere. */
  readonly env?: Readonly<Record<string, string>>
}

const key = (name: string) => ({ [name]: '0123456789abcdef0123456789abcdef' })
const official = { name: 'modelcontextprotocol/servers', commit: '76d64c822f5125032f89eb71dbdb94e42b434821' }

const repositories: readonly Repository[] = [
  { ...official, folder: 'src/everything', entry: 'index.ts', args: ['stdio'] },
  { ...official, folder: 'src/filesystem', entry: 'index.ts', args: ['.'] },
  { ...official, folder: 'src/memory', entry: 'index.ts' },
  { ...official, folder: 'src/sequentialthinking', entry: 'index.ts' },
  {
    name: 'wonderwhy-er/DesktopCommanderMCP',
    commit: '1eccc8b09cc09805202a1737fd20d605356c3671',
    entry: 'src/index.ts',
  },
  {
    name: 'upstash/context7',
    commit: 'c3248289c2ad431a9f34849a3f3d047fc4400373',
    folder: 'packages/mcp',
    entry: 'src/index.ts',
  },
  {
    name: 'tavily-ai/tavily-mcp',
    commit: '7bcf90750ef5180968b78abb891eed837d9f7c20',
    entry: 'src/index.ts',
    env: key('TAVILY_API_KEY'),
  },
  {
    name: 'brave/brave-search-mcp-server',
    commit: '2748b47a378dc1a7e21551a8bd7726af38f65b6c',
    entry: 'src/index.ts',
    env: { ...key('BRAVE_API_KEY'), BRAVE_MCP_TRANSPORT: 'stdio' },
  },
  {
    name: 'GLips/Figma-Context-MCP',
    commit: 'c083d65c7e002923e7cb98f4e3bdafb105e90f6d',
    entry: 'src/bin.ts',
    args: ['--stdio'],
    env: key('FIGMA_API_KEY'),
  },
  {
    name: 'Flux159/mcp-server-kubernetes',
    commit: '1ece64e6a9a52b62c9d1ac39e38331a357f89666',
    entry: 'src/index.ts',
  },
  {
    name: 'antvis/mcp-server-chart',
    commit: '13c3268eecd78c2bcbe5e15112c14c406ec40817',
    entry: 'src/index.ts',
  },
  {
    name: 'makenotion/notion-mcp-server',
    commit: '1d38420769c8a1fe2d583ff1e7d2d108d4eb0b30',
    entry: 'scripts/start-server.ts',
    env: key('NOTION_TOKEN'),
  },
  {
    name: 'zcaceres/markdownify-mcp',
    commit: '024f97cea9a94cd842c445eea4503c442c79bd71',
    entry: 'src/index.ts',
  },
  {
    name: 'nspady/google-calendar-mcp',
    commit: '0f2c9c5d7d96b63e424f035cca3269f857f3b0e1',
    entry: 'src/index.ts',
    env: { GOOGLE_OAUTH_CREDENTIALS: 'gcp-oauth.keys.example.json' },
  },
  {
    name: 'executeautomation/mcp-playwright',
    commit: '2349c2891e7c499c8c07b7d78c7f3fb4c797a1da',
    entry: 'src/index.ts',
  },
  {
    name: 'browserbase/mcp-server-browserbase',
    commit: '1e196b3d3c4dc70944e0d19038dd9eb3608b207a',
    entry: 'src/program.ts',
    env: { ...key('BROWSERBASE_API_KEY'), ...key('GEMINI_API_KEY'), BROWSERBASE_PROJECT_ID: 'none' },
  },
  {
    name: 'firecrawl/firecrawl-mcp-server',
    commit: '678c92a430849b8be90e70f3c0607ac1c8b0bee8',
    entry: 'src/index.ts',
    env: key('FIRECRAWL_API_KEY'),
  },
  {
    name: 'anaisbetts/mcp-youtube',
    commit: 'a065e9fb638e167b64769ebc67a76eef90bbe12d',
    entry: 'src/index.ts',
  },
  {
    name: 'kazuph/mcp-taskmanager',
    commit: 'f2fe1c43ded8cd3a64ce50d3b4c4ea2a199c4afc',
    entry: 'index.ts',
  },
  {
    name: 'jerhadf/linear-mcp-server',
    commit: 'd8979707e71051e3c7583bc66ef78fb425107fdc',
    entry: 'index.ts',
    env: key('LINEAR_API_KEY'),
  },
]

const root = fileURLToPath(new URL('..', import.meta.url))
const cache = join(process.env.FASTMCP_TEST_CACHE ?? join(root, '.cache'), 'repositories')
const program = join(root, 'bin', 'fastmcp.js')
const tsx = import.meta.resolve('tsx')

/** The folder of a repository at its commit, with what it needs to run. */
function prepared({ name, commit, folder = '.' }: Repository): string {
  const place = join(cache, `${name.replace('/', '+')}-${commit.slice(0, 8)}`)
  const at = join(place, folder)
  const git = (...args: string[]) => execFileSync('git', args, { cwd: place, stdio: ['ignore', 2, 2] })
  if (!existsSync(place)) {
    mkdirSync(place, { recursive: true })
    git('init', '-q')
    git('fetch', '-q', '--depth', '1', `https://github.com/${name}.git`, commit)
    git('checkout', '-q', 'FETCH_HEAD')
  }
  if (!existsSync(join(at, 'node_modules'))) {
    const flags = [
      '--ignore-scripts',
      '--no-audit',
      '--no-fund',
      '--legacy-peer-deps',
      '--no-save',
      '--workspaces=false',
    ]
    execFileSync('npm', ['install', '--omit=dev', ...flags], { cwd: at, stdio: ['ignore', 2, 2] })
  }
  return at
}

/** The tools that a command lists, as a client sees them. */
async function toolsOf(args: readonly string[], cwd: string, env: Repository['env']): Promise<string> {
  const whole = { ...process.env, ...env } as Record<string, string>
  const transport = new StdioClientTransport({
    command: process.execPath,
    args: [...args],
    cwd,
    env: whole,
    stderr: 'pipe',
  })
  let words = ''
  transport.stderr?.on('data', (chunk: Buffer) => {
    words += chunk.toString()
  })
  const client = new Client({ name: 'repositories', version: '1.0.0' })
  try {
    await client.connect(transport, { timeout: 60_000 })
    return JSON.stringify((await client.listTools()).tools)
  } catch (error) {
    return `failed: ${String(error)}\n${words.slice(0, 800)}`
  } finally {
    await client.close()
  }
}

const asked = process.argv.slice(2)
const chosen = repositories.filter(
  ({ name, folder = '' }) => asked.length === 0 || asked.some((word) => `${name}/${folder}`.includes(word)),
)
const counts = { passed: 0, failed: 0, skipped: 0 }
for (const one of chosen) {
  const { name, folder, entry, args = [], env } = one
  const label = [name, folder].filter(Boolean).join('/')
  let at: string
  try {
    at = prepared(one)
  } catch (error) {
    counts.skipped++
    console.log(`skipped  ${label}: cannot be had: ${String(error).split('\n')[0]}`)
    continue
  }
  const wanted = await toolsOf(['--import', tsx, entry, ...args], at, env)
  if (wanted.startsWith('failed')) {
    counts.skipped++
    console.log(`skipped  ${label}: tsx does not run it here: ${wanted}`)
    continue
  }
  const ours = ['run', entry, ...(args.length > 0 ? ['--', ...args] : [])]
  // The second start is from what the first has kept, the third on the script of the packages.
  const given: string[] = []
  for (let start = 0; start < 3; start++) given.push(await toolsOf([program, ...ours], at, env))
  const wrong = given.findIndex((tools) => tools !== wanted)
  counts[wrong < 0 ? 'passed' : 'failed']++
  const tools = JSON.parse(wanted).length
  if (wrong < 0) console.log(`right    ${label}: ${tools} tools, on each of three starts`)
  else
    console.log(
      `wrong    ${label}: start ${wrong + 1}\n  tsx:     ${wanted.slice(0, 400)}\n  fastmcp: ${given[wrong]?.slice(0, 1500)}`,
    )
}
console.log(closingLine(counts))
process.exitCode = counts.failed > 0 ? 1 : 0
