import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { root } from './support/program.ts'

interface Locked {
  resolved?: string
  optionalDependencies?: Record<string, string>
}

test('the lock file serves every platform and every registry', () => {
  const { packages } = JSON.parse(readFileSync(`${root}package-lock.json`, 'utf8')) as {
    packages: Record<string, Locked>
  }
  const missing: string[] = []
  for (const [path, { resolved, optionalDependencies = {} }] of Object.entries(packages)) {
    if (resolved !== undefined) missing.push(`${path}: names the registry it came from`)
    const names = Object.keys(optionalDependencies)
    const places = (name: string) => [`node_modules/${name}`, `${path}/node_modules/${name}`]
    for (const name of names.filter((one) => !places(one).some((place) => place in packages))) {
      missing.push(`${path}: without ${name}`)
    }
  }
  assert.deepEqual(missing, [], 'write it anew, as CONTRIBUTING.md says')
})
