// Builds the documentation site: npm run docs:site [-- folder]. VitePress is installed on demand, beside a copy of the
// pages, which is where it looks for its own packages.
import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, posix } from 'node:path'
import { pathToFileURL } from 'node:url'
import { cachedModules } from './npm-cache.mjs'
import { pages, root, rootPages, textOf } from './site/pages.ts'

/** The path of a page on the site; nothing for one that is not on it. */
export function placeOf(page: string): string | undefined {
  return rootPages[page] ?? (page.startsWith('docs/') ? page.slice('docs/'.length) : undefined)
}

/** A page as it is on the site: files with their names, and links to where the pages of the root and the examples are. */
export function onSite(page: string, text: string): string {
  return text
    .split(/(^```[\s\S]*?^```$)/m)
    .map((part) =>
      part.startsWith('```') ? named(part) : part.replace(/\]\((?![a-z]+:|#)([^)\s]+)\)/g, moved),
    )
    .join('')

  // VitePress shows the name of a file only on the tab of a group.
  function named(block: string): string {
    return /^```[\w-]+ \[/.test(block) ? `::: code-group\n${block}\n:::` : block
  }

  function moved(_whole: string, link: string): string {
    const [target = '', anchor] = link.split('#')
    const path = posix.join(dirname(page), target)
    const place = path === 'README.md' ? 'index.md' : (placeOf(path) ?? path)
    return `](/${place}${anchor === undefined ? '' : `#${anchor}`})`
  }
}

/** Copies what the site is made from. */
function stage(folder: string): void {
  cpSync(join(root, 'docs/.vitepress'), join(folder, '.vitepress'), { recursive: true })
  cpSync(join(root, 'examples'), join(folder, 'public/examples'), {
    recursive: true,
    filter: (path) => !path.includes('node_modules'),
  })
  for (const page of pages()) {
    const place = placeOf(page)
    if (place === undefined) continue
    mkdirSync(dirname(join(folder, place)), { recursive: true })
    writeFileSync(join(folder, place), onSite(page, textOf(page)))
  }
  cpSync(join(root, 'docs/inspector.png'), join(folder, 'inspector.png'))
}

function build(out: string): number {
  const modules = cachedModules('vitepress', 'vitepress@1.6.4')
  const folder = mkdtempSync(join(dirname(modules), 'site-'))
  try {
    stage(folder)
    const args = [join(modules, 'vitepress/bin/vitepress.js'), 'build', folder, '--outDir', out]
    return spawnSync(process.execPath, args, { stdio: 'inherit' }).status ?? 1
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href)
  process.exit(build(process.argv[2] ?? join(root, 'docs/html')))
