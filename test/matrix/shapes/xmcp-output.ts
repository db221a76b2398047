import { execFile } from 'node:child_process'
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import type { Edition } from '../edition.ts'
import type { Place, Shape } from '../shape.ts'

const tool = (name: string, description: string, schema: string, answer: string) => `import { z } from 'zod'
export const schema = ${schema}
export const metadata = { name: '${name}', description: '${description}' }
export default async function tool({ text }: { text: string }) {
  return ${answer}
}
`

const files = (extra: boolean): Record<string, string> => ({
  'package.json': '{ "name": "matrix", "private": true, "type": "module" }',
  'tsconfig.json':
    '{ "compilerOptions": { "module": "esnext", "moduleResolution": "bundler" }, "include": ["src"] }',
  'xmcp.config.ts': `export default {
  stdio: true,
  http: false,
  template: { name: 'matrix' },
  paths: { tools: './src/tools', prompts: false, resources: false },
}
`,
  'src/tools/echo.ts': tool('echo', 'Says it again', '{ text: z.string() }', 'text'),
  'src/tools/edition.ts': tool('edition', 'the-word', '{}', "'the-word'"),
  ...(extra && { 'src/tools/extra.ts': tool('extra', 'the-extra', '{}', "'the-extra'") }),
})

const made = new Map<boolean, Promise<string>>()

/** What the framework's own tool builds takes it seconds, so that editions differ in words that are put in later. */
async function output({ word, extra }: Edition, place: Place): Promise<string> {
  const has = extra !== undefined
  const text = made.get(has) ?? build(has, place)
  made.set(has, text)
  return (await text).replaceAll('the-word', word).replaceAll('the-extra', extra ?? '')
}

async function build(extra: boolean, { modules }: Place): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'fastmcp-xmcp-'))
  try {
    for (const [name, text] of Object.entries(files(extra))) {
      mkdirSync(dirname(join(folder, name)), { recursive: true })
      writeFileSync(join(folder, name), text)
    }
    symlinkSync(modules, join(folder, 'node_modules'))
    const command = join(folder, 'node_modules/xmcp/dist/cli.js')
    await promisify(execFile)(process.execPath, [command, 'build'], { cwd: folder, timeout: 240_000 })
    return readFileSync(join(folder, 'dist/stdio.js'), 'utf8')
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

export default {
  name: 'xmcp-output',
  what: "what xmcp's own tool has built, for stdio",
  facets: { sdk: 'other', starts: 'itself', modules: 'esm', language: 'js' },
  words: ['dist/stdio.js'],
  packages: 'xmcp@1 @xmcp-dev/compiler@1 zod@4',
  abilities: ['edit'],
  without: 'its interface has no more',
  files: async (edition, place) => ({
    'dist/package.json': '{ "type": "module" }',
    'dist/stdio.js': await output(edition, place),
  }),
  edited: 'dist/stdio.js',
} satisfies Shape
