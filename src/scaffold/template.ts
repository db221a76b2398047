import { readdirSync, readFileSync } from 'node:fs'
import { join, relative, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { safeName } from '../files/server-name.ts'
import type { TemplateName } from '../options/init-options.ts'
import { version } from '../process/version.ts'

/** What each template is, in the words of the prompt. */
export const templateSummaries: Record<TemplateName, string> = {
  basic: 'FastMCP: the shortest code, for clients on your machine; start here',
  sdk: 'the official SDK v2 alone, for code that imports nothing of fastmcp',
  'sdk-v1': 'the official SDK v1 alone, for code that most servers have today',
  http: 'FastMCP for the web: a token, routes, a health check, Dockerfile',
}

/** The name that stands in every template. */
const placeholder = /\bmy-server\b/g

/** The files of a template under the project's name, by their path in it; the server is called as `install` calls it. */
export function templateFiles(template: TemplateName, name: string): Map<string, string> {
  const folder = fileURLToPath(new URL(`../templates/${template}`, import.meta.url))
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((one) => one.isFile())
  const paths = files.map((one) => relative(folder, join(one.parentPath, one.name))).filter(isOurs)
  return new Map(
    paths.sort().map((path) => {
      const own = path === 'package.json' ? name : safeName(name)
      const text = readFileSync(join(folder, path), 'utf8').replace(placeholder, own)
      return [path.replace(/(^|[\\/])_gitignore$/, '$1.gitignore'), withVersion(path, text)]
    }),
  )
}

/** A template that was tried out in place holds what installing it brought. */
const isOurs = (path: string) =>
  !path.split(sep).includes('node_modules') && !path.endsWith('package-lock.json')

const withVersion = (path: string, text: string): string =>
  path === 'package.json' ? text.replace(/("fastmcp-cli": ")[^"]*/, `$1^${version}`) : text
