import { esm, type Files, type MeaningCase, type Theme, tells } from '../case.ts'

const server = '@modelcontextprotocol/sdk/server/index.js'
const esmCopy = '@modelcontextprotocol/sdk'

/** A case in which the entry's class, and another that is come by in some way, are one; or are not. */
function sameServer(
  other: string,
  { files = {}, more = {}, one = true }: { files?: Files; more?: Partial<MeaningCase>; one?: boolean } = {},
): MeaningCase {
  return {
    files: esm(`import { Server } from '${server}'\n${other}\n${tells('other === Server')}`, files),
    packages: [esmCopy],
    expected: one,
    follows: one
      ? 'Node: a module is loaded once, whoever asks for it'
      : 'Node: this is the copy of the SDK for require',
    ...more,
  }
}

const holds = (text: string): Files => ({ 'lib.ts': text })
const linked: Files = {
  'packages/lib/package.json': '{ "name": "@w/lib", "type": "module", "exports": "./index.ts" }',
  'packages/lib/index.ts': `export { Server } from '${server}'`,
  'node_modules/@w/lib': { link: '../../packages/lib' },
}
/** A package that does not say that it needs the SDK, as many do not. */
const undeclared = (text: string, type = 'module'): Files => ({
  'node_modules/undeclared/package.json': `{ "name": "undeclared", "type": "${type}" }`,
  'node_modules/undeclared/index.js': text,
})

/** One class `Server`, whoever imports the SDK, and however. */
export const identity: Theme = {
  'from another file': sameServer("import { Server as other } from './lib.ts'", {
    files: holds(`export { Server } from '${server}'`),
  }),
  'from a lazy file': sameServer("const { Server: other } = await import('./lib.ts')", {
    files: holds(`export { Server } from '${server}'`),
  }),
  'by import()': sameServer(`const { Server: other } = await import('${server}')`),
  'by import() of a computed name': sameServer(
    `const name: string = ['@modelcontextprotocol', 'sdk/server/index.js'].join('/')\nconst { Server: other } = await import(name)`,
  ),
  'by import() of what import.meta.resolve says': sameServer(
    `const { Server: other } = await import(import.meta.resolve('${server}'))`,
  ),
  'by a namespace': sameServer(`import * as all from '${server}'\nconst other = all.Server`),
  'inside a McpServer': sameServer(
    "import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js'\nconst other = new McpServer({ name: 'x', version: '1' }).server.constructor",
  ),
  'inside a McpServer of a lazy file': sameServer(
    "const { made } = await import('./lib.ts')\nconst other = made.server.constructor",
    {
      files: holds(
        "import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js'\nexport const made = new McpServer({ name: 'x', version: '1' })",
      ),
    },
  ),
  'from JavaScript beside it': sameServer("import { Server as other } from './lib.js'", {
    files: { 'lib.js': `export { Server } from '${server}'` },
  }),
  'from a workspace package': sameServer("import { Server as other } from '@w/lib'", { files: linked }),
  'from a package that does not declare it': sameServer("import { Server as other } from 'undeclared'", {
    files: undeclared(`export { Server } from '${server}'`),
  }),
  'from such a package, lazily': sameServer(
    "import { load } from 'undeclared'\nconst { Server: other } = await load()",
    { files: undeclared(`export const load = () => import('${server}')`) },
  ),
  'from such a package, by a name that it is given': sameServer(
    `import { load } from 'undeclared'\nconst { Server: other } = await load('${server}')`,
    { files: undeclared('export const load = (name) => import(name)') },
  ),
  'from a file of CommonJS, by import()': sameServer(
    "import lib from './lib.cts'\nconst { Server: other } = await lib.load()",
    { files: { 'lib.cts': `exports.load = (): Promise<unknown> => import('${server}')` } },
  ),
  'by a link to the SDK': sameServer(
    "const { Server: other } = await import('./node_modules/alias/dist/esm/server/index.js')",
    { files: { 'node_modules/alias': { link: './@modelcontextprotocol/sdk' } } },
  ),
  'by createRequire': sameServer(
    `import { createRequire } from 'node:module'\nconst { Server: other } = createRequire(import.meta.url)('${server}')`,
    { one: false },
  ),
  'by require in a file of CommonJS': sameServer("import { Server as other } from './lib.cts'", {
    files: { 'lib.cts': `exports.Server = require('${server}').Server as unknown` },
    one: false,
  }),
  'two that require it': {
    files: esm(
      `import { createRequire } from 'node:module'\nimport { Server } from './lib.cts'\nimport { Server as packaged } from 'undeclared'\nconst other = createRequire(import.meta.url)('${server}').Server\n${tells('[other === Server, packaged === Server]')}`,
      {
        'lib.cts': `exports.Server = require('${server}').Server as unknown`,
        ...undeclared(`exports.Server = require('${server}').Server`, 'commonjs'),
      },
    ),
    packages: [esmCopy],
    expected: [true, true],
    follows: 'Node',
  },
  'errors and types of the SDK': {
    files: esm(
      `import { McpError, ErrorCode } from '@modelcontextprotocol/sdk/types.js'\nconst types = await import('./lib.ts')\n${tells('[types.made() instanceof McpError, types.ErrorCode === ErrorCode, types.made().code]')}`,
      holds(
        "import { McpError, ErrorCode } from '@modelcontextprotocol/sdk/types.js'\nexport { ErrorCode }\nexport const made = () => new McpError(ErrorCode.InvalidParams, 'no')",
      ),
    ),
    packages: [esmCopy],
    expected: [true, true, -32602],
    follows: 'Node',
  },
  'zod, of the entry and of a lazy file': {
    files: esm(
      `import { z } from 'zod'\nconst { schema, z: other } = await import('./lib.ts')\n${tells('[schema instanceof z.ZodObject, other === z, z.object({ a: schema }).safeParse({ a: {} }).success]')}`,
      holds(
        "import { z } from 'zod'\nexport { z }\nexport const schema = z.object({ n: z.number().optional() })",
      ),
    ),
    packages: ['zod'],
    expected: [true, true, true],
    follows: 'Node',
  },
}
