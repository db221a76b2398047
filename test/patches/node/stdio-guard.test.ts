import assert from 'node:assert/strict'
import { test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { runPatched } from '../../support/patched.ts'
import { root } from '../../support/program.ts'

const preload = pathToFileURL(`${root}dist/user-worker.cjs`).href
const echo = (word: string) => `[process.execPath, ['-e', 'console.log("${word} ")'], { stdio: 'inherit' }]`

/** Each way to stdout, which writes its own name there. */
const ways: Record<string, string> = {
  console: "console.log('console ')",
  stdout: "process.stdout.write('stdout ')",
  writeSync: "fs.writeSync(1, 'writeSync ')",
  write: "await told((done) => fs.write(1, 'write ', done))",
  writev: "await told((done) => fs.writev(1, [Buffer.from('writev ')], done))",
  writevSync: "fs.writevSync(1, [Buffer.from('writevSync ')])",
  writeFile: "await told((done) => fs.writeFile(1, 'writeFile ', done))",
  writeFileSync: "fs.writeFileSync(1, 'writeFileSync ')",
  appendFile: "await told((done) => fs.appendFile(1, 'appendFile ', done))",
  appendFileSync: "fs.appendFileSync(1, 'appendFileSync ')",
  imported: "writeSync(1, 'imported ')",
  spawn: `await once(childProcess.spawn(...${echo('spawn')}), 'close')`,
  spawnSync: `childProcess.spawnSync(...${echo('spawnSync')})`,
  execFileSync: `childProcess.execFileSync(...${echo('execFileSync')})`,
  execSync: `childProcess.execSync(\`"\${process.execPath}" -p "'execSync '"\`, { stdio: 'inherit' })`,
  fork: "await once(childProcess.fork('./child.cjs'), 'close')",
  worker: `await once(new Worker("require('fs').writeSync(1, 'worker ')", { eval: true }), 'exit')`,
}
const byPath: Record<string, string> = {
  open: "await told((done) => fs.open('/dev/stdout', 'w', (_, fd) => fs.write(fd, 'open ', done)))",
  openSync: "fs.writeSync(fs.openSync('/dev/stdout', 'w'), 'openSync ')",
  stream: "await told((done) => fs.createWriteStream('/dev/stdout').end('stream ', done))",
  unflagged: "await told((done) => fs.open('/dev/stdout', (_, fd) => fs.write(fd, 'unflagged ', done)))",
  encoded: "await told((done) => fs.createWriteStream('/dev/stdout', 'utf8').end('encoded ', done))",
  promised: "await fs.promises.writeFile('/dev/stdout', 'promised ')",
  appended: "await fs.promises.appendFile('/dev/stdout', 'appended ')",
  handle:
    "await fs.promises.open('/dev/stdout', 'w').then((file) => file.write('handle ').then(() => file.close()))",
}

const program = (rows: Record<string, string>) => `
  import childProcess from 'node:child_process'
  import { once } from 'node:events'
  import fs, { writeSync } from 'node:fs'
  import { Worker } from 'node:worker_threads'
  import { takeStdio } from './patch.mjs'
  const stdio = takeStdio(new URL(${JSON.stringify(preload)}))
  const told = (act) => new Promise((resolve, reject) => act((error) => (error ? reject(error) : resolve())))
  ${Object.values(rows).join('\n')}
  stdio.output.write('protocol')`

/** Streams that are pipes here have no path that can be opened; files have. */
const intoFiles = `
  import { spawnSync } from 'node:child_process'
  import { openSync, readFileSync } from 'node:fs'
  spawnSync(process.execPath, ['program.mjs'], { stdio: ['ignore', openSync('out', 'a'), openSync('err', 'a')] })
  process.stdout.write(readFileSync('out'))
  process.stderr.write(readFileSync('err'))`

test('stdout is out of reach by its descriptor', async () => {
  const files = { 'child.cjs': "console.log('fork ')" }
  const outcome = await runPatched('node/stdio-guard', program(ways), { files })
  assert.equal(outcome.stdout, 'protocol', outcome.stderr)
  for (const way of Object.keys(ways))
    assert.ok(outcome.stderr.includes(`${way} `), `${way}: ${outcome.stderr}`)
})

const skip = process.platform === 'win32' && 'stdout has no path here'
test('stdout is out of reach by its path', { skip }, async () => {
  const files = { 'program.mjs': program(byPath) }
  const outcome = await runPatched('node/stdio-guard', intoFiles, { files })
  assert.equal(outcome.stdout, 'protocol', outcome.stderr)
  for (const way of Object.keys(byPath))
    assert.ok(outcome.stderr.includes(`${way} `), `${way}: ${outcome.stderr}`)
})

test('everything is given back', async () => {
  const outcome = await runPatched(
    'node/stdio-guard',
    `import childProcess from 'node:child_process'
    import fs, { writeSync } from 'node:fs'
    import workers from 'node:worker_threads'
    import { takeStdio } from './patch.mjs'
    const all = () => [process.stdin, process.stdout, ...Object.values(fs), ...Object.values(fs.promises),
      ...Object.values(childProcess), childProcess.ChildProcess.prototype.spawn, workers.Worker]
    const before = all()
    const stdio = takeStdio(new URL(${JSON.stringify(preload)}))
    const changed = all().filter((one, index) => one !== before[index]).length
    stdio.release()
    console.log(changed, all().every((one, index) => one === before[index]), writeSync === fs.writeSync)`,
  )
  // Two streams, eight that write and three that open, three promised, four of children, the worker.
  assert.equal(outcome.stdout, '21 true true\n', outcome.stderr)
})
