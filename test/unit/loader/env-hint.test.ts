import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after } from 'node:test'
import { envHint } from '../../../src/loader/faults/env-hint.ts'
import { table } from '../../support/table.ts'

const root = realpathSync(mkdtempSync(join(tmpdir(), 'fastmcp-env-hint-')))
after(() => rmSync(root, { recursive: true }))
let count = 0

interface Place {
  /** What is there, besides the server. */
  files: Record<string, string>
  /** Where the server is. */
  server: string
  /** Where the command was typed. */
  cwd?: string
}

/** The hint, with the place's own folder as `~`. */
function hintOf({ files, server, cwd = '.' }: Place): string[] {
  const folder = join(root, String(count++))
  for (const [path, text] of Object.entries({ [server]: '', [join(cwd, 'x')]: '', ...files })) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
  return envHint(join(folder, server), join(folder, cwd)).map((line) => line.replaceAll(folder, '~'))
}

const unread = 'KEY_THAT_IS_NOT_SET=1'

table('envHint', hintOf, [
  [{ files: {}, server: 'server.ts' }, []],
  [
    { files: { '.env': unread }, server: 'server.ts' },
    ['  hint      .env lies beside it and was not read: add --env-file ~/.env'],
  ],
  [
    { files: { '.env': unread, 'package.json': '{}' }, server: 'src/server.ts', cwd: 'src' },
    ['  hint      ~/.env exists and was not read: add --env-file ~/.env'],
    'above, in its project',
  ],
  [
    { files: { '.env': unread, 'package.json': '{}' }, server: 'src/deep/server.ts' },
    ['  hint      ~/.env exists and was not read: add --env-file ~/.env'],
  ],
  [
    { files: { '.env': unread, 'app/package.json': '{}' }, server: 'app/src/server.ts', cwd: 'app' },
    [],
    'of another project',
  ],
  [
    { files: { 'work/.env': unread }, server: 'src/server.ts', cwd: 'work' },
    ['  hint      ~/work/.env exists and was not read: add --env-file ~/work/.env'],
    'where the command was typed',
  ],
  [
    { files: { '.env.local': unread }, server: 'server.ts' },
    ['  hint      ~/.env.local exists and was not read: add --env-file ~/.env.local'],
  ],
  [
    { files: { '.env': 'PATH=x', '.env.local': unread }, server: 'server.ts' },
    ['  hint      ~/.env.local exists and was not read: add --env-file ~/.env.local'],
    'the first says nothing that is not set',
  ],
  [{ files: { '.env': 'PATH=x' }, server: 'server.ts' }, []],
])
