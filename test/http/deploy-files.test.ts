import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { parseAllDocuments } from 'yaml'
import { cachedModules } from '../../scripts/npm-cache.mjs'
import { parseCommandLine } from '../../src/options/command-line.ts'
import { runTable } from '../../src/options/dev-options.ts'
import type { Option } from '../../src/options/option.ts'
import { runOptions } from '../../src/options/run-options.ts'
import { dockerTools, instructions, lintDockerfile } from '../support/dockerfile.ts'
import { root, run } from '../support/program.ts'
import { configOf, installed } from '../support/rolling.ts'
import { rarely } from '../support/whole.ts'

const examples = `${root}examples/deploy/`
const folder = mkdtempSync(join(tmpdir(), 'fastmcp-deploy-'))
after(() => rmSync(folder, { recursive: true, force: true }))

/** How each program judges its file. */
const linters: Record<string, [program: string, args: (path: string) => string[]]> = {
  'nginx.conf': ['nginx', (path) => ['-t', '-e', 'stderr', '-c', path]],
  'haproxy.cfg': ['haproxy', (path) => ['-c', '-f', path]],
  'fastmcp.service': ['systemd-analyze', (path) => ['verify', path]],
  Caddyfile: ['caddy', (path) => ['validate', '--adapter', 'caddyfile', '--config', path]],
}

/** Those that are judged by packages, below. */
const others = ['Dockerfile', 'compose.yaml', 'compose.redis.yaml', 'kubernetes.yaml']

describe('the files of examples/deploy', () => {
  for (const name of readdirSync(examples)) {
    test(`docs/deploy.md tells of ${name}`, () => {
      assert.match(readFileSync(`${root}docs/deploy.md`, 'utf8'), new RegExp(`examples/deploy/${name}`))
    })
    if (others.includes(name)) continue

    const [program, args] = linters[name] ?? assert.fail(`nothing judges ${name}`)
    test(`${program} accepts ${name}`, {
      skip: !installed(program) && `${program} is not installed`,
    }, async () => {
      const path = join(folder, name)
      const text = configOf(name, [18_080, 18_001, 18_002, 18_003], folder)
      // Where Node is depends on the machine.
      writeFileSync(path, text.replace('/usr/bin/node', process.execPath))
      const env = { HOME: folder, XDG_CONFIG_HOME: folder, XDG_DATA_HOME: folder }
      const { code, stdout, stderr } = await run(installed(program) ?? program, args(path), { env })
      assert.equal(code, 0, stdout + stderr)
    })

    test(`the command lines of ${name} are right`, () => {
      const lines = [...readFileSync(examples + name, 'utf8').matchAll(/fastmcp (run .*)/g)]
      assert.ok(lines.length > 0)
      for (const [, line = ''] of lines) parseCommandLine(line.split(' ').slice(1), runTable)
    })
  }
})

describe('the replicas of examples/deploy', () => {
  const variables = new Set(Object.values(runOptions).flatMap((option: Option<unknown>) => option.env ?? []))
  for (const name of ['compose.redis.yaml', 'kubernetes.yaml']) {
    test(`${name} is YAML, and names variables that are read`, () => {
      const text = readFileSync(examples + name, 'utf8')
      for (const document of parseAllDocuments(text)) assert.deepEqual(document.errors, [])
      const named = [...text.matchAll(/\bFASTMCP_[A-Z_]+/g)].map(([one]) => one)
      assert.ok(named.includes('FASTMCP_REDIS'))
      for (const one of named) assert.ok(one === 'FASTMCP_CACHE_DIR' || variables.has(one), one)
    })
  }

  test('the probes and the port of kubernetes.yaml are those of the server', () => {
    const text = readFileSync(`${examples}kubernetes.yaml`, 'utf8')
    const [deployment, service] = parseAllDocuments(text).map((one) => one.toJS())
    const [container] = deployment.spec.template.spec.containers
    assert.equal(container.livenessProbe.httpGet.path, '/livez')
    assert.equal(container.readinessProbe.httpGet.path, '/readyz')
    const ports = container.ports.map(({ name }: { name: string }) => name)
    assert.ok(ports.includes(service.spec.ports[0].targetPort))
    assert.deepEqual(deployment.spec.selector.matchLabels, deployment.spec.template.metadata.labels)
  })
})

describe('the container of examples/deploy', () => {
  const dockerfile = readFileSync(`${examples}Dockerfile`, 'utf8')
  const tools = dockerTools()

  test('its Dockerfile passes two linters, and starts what is right', {
    skip: !tools && 'the linters cannot be installed here',
  }, async () => {
    if (!tools) return
    assert.deepEqual(await lintDockerfile(tools, dockerfile), [])
    const [words = []] = instructions(tools, dockerfile, 'CMD')
    assert.equal(words[0], 'run')
    parseCommandLine(words.slice(1), runTable)
    assert.deepEqual(instructions(tools, dockerfile, 'USER'), [['node']])
  })

  rarely('the linter of compose files has nothing against it', async () => {
    const modules = cachedModules('compose-lint', 'dclint@3.1.0')
    const linter = join(modules, 'dclint', 'bin', 'dclint.cjs')
    const rules = {
      'services-alphabetical-order': 0,
      'service-keys-order': 0,
      'service-image-require-explicit-tag': 1,
    }
    const config = join(folder, '.dclintrc')
    writeFileSync(config, JSON.stringify({ rules }))
    const { code, stdout, stderr } = await run(process.execPath, [
      linter,
      '-c',
      config,
      `${examples}compose.yaml`,
      `${examples}compose.redis.yaml`,
    ])
    assert.equal(code, 0, stdout + stderr)
  })
})
