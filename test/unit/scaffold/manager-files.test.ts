import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after } from 'node:test'
import type { ManagerName } from '../../../src/files/package-manager.ts'
import { forManager } from '../../../src/scaffold/manager-files.ts'
import { root } from '../../support/program.ts'
import { table } from '../../support/table.ts'

const files = new Map(
  ['README.md', 'Dockerfile'].map((path) => [path, readFileSync(`${root}templates/http/${path}`, 'utf8')]),
)

const readmeOf = (manager: ManagerName) =>
  forManager(files, manager, '/')
    .get('README.md')
    ?.split('\n')
    .filter((line) => line.startsWith('    '))
    .slice(0, 6)

table('the commands in a README', readmeOf, [
  [
    'npm',
    [
      '    npm run dev                                      opens the Inspector; edit src/server.ts and save',
      '    npm test                                         calls the server in memory',
      '    npm start                                        on http://127.0.0.1:8000/mcp',
      '    npm run inspect                                  shows all that the server says of itself',
      '    npm run check                                    checks the types',
      '    npx fastmcp call src/server.ts find-user id=1    calls one tool',
    ],
  ],
  [
    'pnpm',
    [
      '    pnpm dev                                         opens the Inspector; edit src/server.ts and save',
      '    pnpm test                                        calls the server in memory',
      '    pnpm start                                       on http://127.0.0.1:8000/mcp',
      '    pnpm inspect                                     shows all that the server says of itself',
      '    pnpm check                                       checks the types',
      '    pnpm exec fastmcp call src/server.ts find-user id=1 calls one tool',
    ],
  ],
  [
    'bun',
    [
      '    bun run dev                                      opens the Inspector; edit src/server.ts and save',
      '    bun run test                                     calls the server in memory',
      '    bun run start                                    on http://127.0.0.1:8000/mcp',
      '    bun run inspect                                  shows all that the server says of itself',
      '    bun run check                                    checks the types',
      '    bunx fastmcp call src/server.ts find-user id=1   calls one tool',
    ],
  ],
])

const otherManagers = /\b(npm|pnpm|yarn|bunx?|npx)\b/g
table(
  'the managers that a README names',
  (manager: ManagerName) =>
    [...new Set(forManager(files, manager, '/').get('README.md')?.match(otherManagers))].sort(),
  [
    ['npm', ['npm', 'npx']],
    ['pnpm', ['pnpm']],
    ['yarn', ['yarn']],
    ['bun', ['bun', 'bunx']],
  ],
)

table(
  'the lock file that a container is built with',
  (manager: ManagerName) =>
    [
      ...(forManager(files, manager, '/')
        .get('Dockerfile')
        ?.matchAll(/(\S+)\* /g) ?? []),
    ].map(([, name]) => name),
  [
    ['npm', ['package-lock.json']],
    ['pnpm', ['pnpm-lock.yaml']],
    ['yarn', ['yarn.lock']],
    ['bun', ['bun.lock']],
  ],
)

const workspace = mkdtempSync(join(tmpdir(), 'fastmcp-workspace-'))
writeFileSync(join(workspace, 'pnpm-workspace.yaml'), 'packages: ["packages/*"]\n')
after(() => rmSync(workspace, { recursive: true }))
table(
  'files of its own, in a workspace',
  (manager: ManagerName) => [...forManager(new Map(), manager, join(workspace, 'packages', 'one')).keys()],
  [
    ['pnpm', [], 'the workspace says it'],
    ['yarn', ['.yarnrc.yml']],
  ],
)

table('files of its own', (manager: ManagerName) => [...forManager(new Map(), manager, '/').keys()], [
  ['npm', []],
  ['pnpm', ['pnpm-workspace.yaml']],
  ['yarn', ['.yarnrc.yml']],
  ['bun', []],
])
