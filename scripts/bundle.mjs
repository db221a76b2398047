// Bundles src/ into a folder: few files, because every module Node loads costs start-up time.
import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build, transform } from 'esbuild'
import { cli, client, modules, scripts, start } from './entries.mjs'
import { withOwnImports } from './own-imports.mjs'

const require = createRequire(import.meta.url)
const root = fileURLToPath(new URL('..', import.meta.url))

/**
 * Bundles the program, which finds its parts beside each other in the folder.
 * @param also what each build has besides, such as a plugin.
 * @returns the files that went into it.
 */
export async function bundle(folder, also = {}) {
  const { version, dependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  const define = { __VERSION__: JSON.stringify(version) }
  const common = {
    absWorkingDir: root,
    outdir: folder,
    bundle: true,
    platform: 'node',
    target: 'node20.19',
    logLevel: 'warning',
    // The licences stand in a file of their own.
    minifyWhitespace: true,
    minifySyntax: true,
    legalComments: 'none',
    ...also,
    plugins: [...(also.plugins ?? []), clientApart, smallPackages],
  }
  // What only a command or two need is built in, so that it costs those who install this no package.
  // commander and picocolors are needed by every start, which is sooner without more files to find and read.
  const builtIn = ['commander', 'picocolors']
  const external = Object.keys(dependencies)
    .filter((name) => !builtIn.includes(name))
    .flatMap((name) => [name, `${name}/*`])
  // For Node it comes as scripts, which are built in whole; of its modules only what is used.
  const alias = { yaml: join(dirname(require.resolve('yaml/package.json')), 'browser', 'index.js') }
  const withPackages = { ...common, external, alias, mainFields: ['module', 'main'], metafile: true }
  const { metafile } = await build({
    ...withPackages,
    plugins: [...common.plugins, ...(also.minifyIdentifiers === false ? [] : [shortNames])],
    entryPoints: modules,
    splitting: true,
    format: 'esm',
    define,
    chunkNames: '[name]-[hash]',
  })
  const library = join(folder, 'library.js')
  const { code } = await transform(readFileSync(library, 'utf8'), {
    minifyWhitespace: true,
    lineLimit: shownLine,
  })
  writeFileSync(library, code)
  // The command line is a script, not a module, because only a script has a code cache on every Node.
  const bundled = await build({
    // A sixth less to read at each start, and nobody meets its names: frames of ours are never shown.
    minifyIdentifiers: true,
    ...withPackages,
    entryPoints: { cli },
    outExtension: { '.js': '.cjs' },
    write: false,
    format: 'cjs',
    define: { ...define, 'import.meta.url': '__url', 'import.meta.dirname': '__dirname' },
  })
  const script = withOwnImports(bundled.outputFiles[0].text)
  writeFileSync(join(folder, 'cli.cjs'), script)
  // A script as well, and with all it imports: what it has of the schema library costs a start less than a hundred files.
  const official = await build({
    ...withPackages,
    minifyIdentifiers: true,
    lineLimit: shownLine,
    entryPoints: { client },
    outExtension: { '.js': '.cjs' },
    write: false,
    format: 'cjs',
    define,
    external: ['@modelcontextprotocol/server/*'],
    plugins: [...(also.plugins ?? []), validatorLater, classNames],
  })
  const clientScript = official.outputFiles[0].text
  writeFileSync(join(folder, 'client.cjs'), clientScript)
  // A script, too: a module makes Node load whatever is exported by the parts of Node that it imports.
  await build({
    ...common,
    entryPoints: { start },
    outExtension: { '.js': '.cjs' },
    format: 'cjs',
    banner: { js: `const __url=require("node:url").pathToFileURL(__filename).href;${also.banner?.js ?? ''}` },
    define: {
      ...define,
      'import.meta.url': '__url',
      __CLI_HASH__: hashOf(script),
      __CLIENT_HASH__: hashOf(clientScript),
    },
  })
  // The one is preloaded with --require, the only way that comes before the first line of every kind of worker. The
  // other starts with every server, and a thread starts sooner without the loader of modules.
  await build({ ...common, entryPoints: scripts, outExtension: { '.js': '.cjs' }, format: 'cjs' })
  return [metafile, bundled.metafile, official.metafile].flatMap(({ inputs }) => Object.keys(inputs))
}

/** Where an error ends the program of whoever uses the library, Node prints the whole line of ours that threw it. */
const shownLine = 500

/** As a literal of the language. */
const hashOf = (text) => JSON.stringify(createHash('sha256').update(text).digest('hex').slice(0, 24))

/** The official client is one file for the command line and the library, which both load it when they need it. */
const clientApart = {
  name: 'client-apart',
  setup({ onResolve }) {
    onResolve({ filter: /[\\/]official-client\.ts$/ }, () => ({ path: './client.cjs', external: true }))
  },
}

/** The client's check of schemas is larger than the client: it is taken from the SDK's server, which has the same, when it is needed. */
const validatorLater = {
  name: 'validator-later',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^@modelcontextprotocol\/client\/_shims$/ }, () => ({
      path: 'validator',
      namespace: 'validator-later',
    }))
    onLoad({ filter: /.*/, namespace: 'validator-later' }, () => ({
      contents: `export const CORS_IS_POSSIBLE = false
        export class DefaultJsonSchemaValidator {
          #made
          getValidator(schema) {
            this.#made ??= new (require('@modelcontextprotocol/server/_shims').DefaultJsonSchemaValidator)()
            return this.#made.getValidator(schema)
          }
        }`,
      resolveDir: root,
    }))
  },
}

/** What people import keeps its names, which they read in stacks, and errors are called after their classes. */
const named = (path, text) => /[\\/]src[\\/]library[\\/]/.test(path) || /\bextends \w*Error\b/.test(text)

/** Modules of ours weigh a sixth less with short names where nobody reads them. */
const shortNames = {
  name: 'short-names',
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]src[\\/].*\.ts$/ }, async ({ path }) => {
      const text = readFileSync(path, 'utf8')
      if (named(path, text)) return { contents: text, loader: 'ts' }
      const options = { loader: 'ts', minifyIdentifiers: true, target: 'node20.19' }
      // What a module exports has a short name within it, too.
      const { code } = await transform(text, { ...options, format: 'esm' })
      return { contents: code, loader: 'js' }
    })
  },
}

/** Of the client, which has short names, people see the classes: its errors are called after them. */
const classNames = {
  name: 'class-names',
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]@modelcontextprotocol[\\/](?:client|core)[\\/].*\.mjs$/ }, ({ path }) => ({
      contents: readFileSync(path, 'utf8').replace(
        /^(?:var|let|const) (\w+) = class\b[^{\n]*\{$/gm,
        (line, name) => `${line} static name = '${name}';`,
      ),
    }))
  },
}

/** Packages that are built in weigh less with short names: nobody reads their frames, or tells their errors by a name. */
const smallPackages = {
  name: 'small-packages',
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]node_modules[\\/].*\.[cm]?js$/ }, async ({ path }) => {
      // With its white space it would lose what says which of its calls can be left out.
      const { code } = await transform(readFileSync(path, 'utf8'), {
        minifyIdentifiers: true,
        minifySyntax: true,
        legalComments: 'none',
        target: 'node20.19',
      })
      return { contents: code, loader: 'js' }
    })
  },
}
