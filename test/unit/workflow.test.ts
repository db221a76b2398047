import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import { parse } from 'yaml'
import { testFiles } from '../../scripts/test-files.mjs'
import { root } from '../support/program.ts'

interface Step {
  uses?: string
  run?: string
  if?: string
  with?: Record<string, unknown>
}

interface Job {
  'runs-on': string
  'timeout-minutes'?: number
  permissions?: unknown
  strategy?: { 'fail-fast': boolean; matrix: { os: string[]; node: number[] } }
  env?: Record<string, string>
  steps: Step[]
}

interface Workflow {
  on: Record<string, unknown>
  permissions: Record<string, string>
  concurrency: { group: string; 'cancel-in-progress': boolean }
  jobs: Record<'test' | 'commits', Job>
}

const read = (path: string) => readFileSync(`${root}${path}`, 'utf8')
const workflow = parse(read('.github/workflows/ci.yml')) as Workflow
const manifest = JSON.parse(read('package.json')) as {
  scripts: Record<string, string>
  engines: { node: string }
}

const jobs: Job[] = Object.values(workflow.jobs)
const steps = jobs.flatMap((job) => job.steps)
/** The script that a step runs through npm. */
const scriptOf = ({ run = '' }: Step) => /^npm (?:run )?([\w:-]+)/.exec(run)?.[1] ?? ''

describe('the public CI', () => {
  test('runs on each platform with each Node from the oldest that is supported', () => {
    const { matrix, 'fail-fast': failFast } = workflow.jobs.test.strategy ?? assert.fail('no matrix')
    assert.deepEqual(matrix.os, ['ubuntu-latest', 'macos-latest', 'windows-latest'])
    assert.deepEqual(matrix.node, [20, 22, 24, 26])
    assert.equal(matrix.node[0], Number(/^>=(\d+)/.exec(manifest.engines.node)?.[1]))
    assert.equal(failFast, false)
    const { 'runs-on': os, steps } = workflow.jobs.test
    const node = steps.find(({ uses }) => uses?.startsWith('actions/setup-node@'))
    assert.match(os, /matrix\.os/)
    assert.match(String(node?.with?.['node-version']), /matrix\.node/)
    assert.equal(node?.with?.cache, 'npm')
  })

  test('installs, builds, checks and tests, everything on Linux and a part elsewhere', () => {
    const ran = workflow.jobs.test.steps.filter(({ run }) => run).map((step) => [scriptOf(step), step.if])
    assert.deepEqual(ran, [
      ['ci', undefined],
      ['build', undefined],
      ['check', undefined],
      ['test:unit', undefined],
      ['test', "runner.os == 'Linux'"],
      ['test:quick', "runner.os != 'Linux'"],
    ])
  })

  test('names npm scripts that there are, and these name test files that there are', () => {
    for (const step of steps.filter(({ run }) => run)) {
      const script = scriptOf(step)
      assert.ok(script === 'ci' || script in manifest.scripts, `there is no script for: ${step.run}`)
    }
    for (const script of ['test:unit', 'test:quick']) {
      const [names = ''] = /(?<=^node scripts\/test\.mjs ).+$/.exec(manifest.scripts[script] ?? '') ?? []
      for (const name of names.split(' ')) assert.notEqual(testFiles([name]).length, 0, `${script}: ${name}`)
    }
  })

  test('may read the repository and nothing else, ends in time, and once for each push', () => {
    assert.deepEqual(Object.keys(workflow.on), ['push', 'pull_request'])
    assert.deepEqual(workflow.permissions, { contents: 'read' })
    assert.match(workflow.concurrency.group, /pull_request\.number/)
    for (const job of jobs) {
      assert.equal(job.permissions, undefined)
      assert.ok((job['timeout-minutes'] ?? Number.POSITIVE_INFINITY) <= 60)
    }
    for (const { uses, with: given } of steps.filter(({ uses }) => uses)) {
      assert.match(uses ?? '', /^actions\/(checkout|setup-node)@v\d+$/)
      if (uses?.startsWith('actions/checkout@')) assert.equal(given?.['persist-credentials'], false)
    }
  })

  test('hands nothing that others have written to a shell as code', () => {
    for (const { run } of steps) assert.doesNotMatch(run ?? '', /\$\{\{/)
  })
})

describe('the forms for issues', () => {
  const folder = '.github/ISSUE_TEMPLATE'
  for (const name of readdirSync(`${root}${folder}`).filter((one) => one !== 'config.yml')) {
    test(`${name} asks what it says, by names of its own`, () => {
      const form = parse(read(`${folder}/${name}`)) as {
        name: string
        description: string
        body: { type: string; id?: string; attributes: { label?: string; value?: string } }[]
      }
      assert.ok(form.name && form.description)
      const asked = form.body.filter(({ type }) => type !== 'markdown')
      assert.ok(asked.length > 0 && asked.every(({ id, attributes }) => id && attributes.label))
      assert.equal(new Set(asked.map(({ id }) => id)).size, asked.length)
    })
  }
})
