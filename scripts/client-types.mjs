// Writes the declarations of the official client, whose package is not installed: on those of the SDK's server, which is.
import { readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

/**
 * Writes the client's declarations.
 * @param packages the folder of the SDK's packages.
 * @throws where they stand on something that the server's do not have either.
 */
export function writeClientTypes(path, packages) {
  const of = (name) => join(packages, name, 'dist', 'index.d.mts')
  const index = readFileSync(of('client'), 'utf8')
  const file = importsIn(index).find(({ names }) => names.some(({ local }) => local === 'Client'))?.from
  if (!file) throw new Error('the declarations of the official client have another form')
  const folder = dirname(of('client'))
  const text = readFileSync(join(folder, file.replace(/\.mjs$/, '.d.mts')), 'utf8')
  const shared = new Set(exportsOf(readFileSync(of('server'), 'utf8')))
  const wanted = importsIn(text).flatMap(({ names, from }) => names.map(({ local }) => ({ local, from })))
  let body = text.replace(/^import .*\n/gm, '').replace(/^(?:export \{|\/\/).*\n?/gm, '')
  const copied = []
  for (const { local, from } of wanted.filter((one) => !shared.has(one.local))) {
    // What only subclasses see is inherited as it is.
    body = body.replace(protectedMember, (member) => (member.includes(local) ? '' : member))
    if (!new RegExp(`\\b${local}\\b`).test(body)) continue
    copied.push(declarationOf(local, readFileSync(join(folder, from.replace(/\.mjs$/, '.d.mts')), 'utf8')))
  }
  const names = wanted.map(({ local }) => local).filter((name) => shared.has(name))
  const own = [...copied, body.trim()].join('\n')
  const lines = [
    `import type { ${names.join(', ')} } from '@modelcontextprotocol/server'`,
    // What is said of its parts is said where the official client is documented, and is three quarters of the text.
    own.replace(/^ *\/\*\*[\s\S]*?\*\/\n|\/\*\*[\s\S]*?\*\/ ?/gm, ''),
    theirs,
  ]
  writeFileSync(path, `${lines.join('\n')}\n`)
}

/** Classes are told apart by where they are declared, and what is connected here has to fit what people write for theirs. */
const theirs = `// @ts-ignore: only where it is installed
import type { Client as InstalledClient, ClientOptions as InstalledOptions } from '@modelcontextprotocol/client'
/** What is installed; without it, its name is of any type. */
type Either<Installed, Own> = [0] extends [1 & Installed] ? Own : Installed
type Connected = Either<InstalledClient, Client>
type Options = Either<InstalledOptions, ClientOptions>
export type { Connected as Client, Options as ClientOptions }`

/** With what is said of it. */
const protectedMember =
  /(?: {2}\/\*\*(?:(?!\*\/)[\s\S])*\*\/\n)? {2}protected (?:.*;\n|.*\n(?: {3,}.*\n)* {2}\}.*;\n)/g

const importsIn = (text) =>
  [...text.matchAll(/^import (?:type )?\{([^}]*)\} from "(\.[^"]+)"/gm)].map(([, names, from]) => ({
    from,
    names: namesIn(names),
  }))

const exportsOf = (text) =>
  [...text.matchAll(/^export \{([^}]*)\}/gm)].flatMap(([, names]) => namesIn(names).map(({ local }) => local))

const namesIn = (list) =>
  list.split(',').map((one) => ({
    local: one
      .trim()
      .replace(/^type /, '')
      .split(' as ')
      .pop(),
  }))

function declarationOf(name, text) {
  const found = new RegExp(`^(?:interface|type|declare class) ${name}\\b[\\s\\S]*?^\\}.*\\n`, 'm').exec(text)
  if (!found)
    throw new Error(`the declarations of the official client need ${name}, which the server does not have`)
  return found[0]
}
