import { esm, inModules, type Theme, tells } from '../case.ts'

const once = "import { once } from 'node:events'\n"
const worker = "import { Worker } from 'node:worker_threads'\n"
const child =
  "import { fork, spawnSync } from 'node:child_process'\nimport { fileURLToPath } from 'node:url'\n"
const posts = {
  'lib.ts': 'export enum Kind { Worker = "worker" }',
  'w.ts':
    "import { parentPort, workerData } from 'node:worker_threads'\nimport { Kind } from './lib.js'\nconst data: unknown = workerData ?? null\nparentPort?.postMessage([Kind.Worker, data, import.meta.url])",
}
const message = "const [told] = await once(thread, 'message')\n"
const erasable = { fails: 'ERR_MODULE_NOT_FOUND' } as const

/** Other threads, processes and contexts that a file starts. */
export const workers: Theme = {
  'a thread, by address': {
    files: esm(
      `${once}${worker}const thread = new Worker(new URL('./w.ts', import.meta.url), { workerData: { n: 1 } })\n${message}${tells('told')}`,
      posts,
    ),
    expected: ['worker', { n: 1 }, 'file://<folder>/w.ts'],
    follows: 'tsx and Node 24: a thread runs what its parent can',
    node24: erasable,
  },
  'a thread, by the name of what will be made of it': {
    files: esm(
      `${once}${worker}const thread = new Worker(new URL('./w.js', import.meta.url))\n${message}${tells('told')}`,
      posts,
    ),
    expected: ['worker', null, 'file://<folder>/w.ts'],
    follows: 'tsx: built and unbuilt, one name leads to the file',
    node24: { fails: 'Cannot find module' },
  },
  'a thread, by path': {
    files: esm(
      `${once}${worker}import { join } from 'node:path'\nconst thread = new Worker(join(import.meta.dirname, 'w.ts'))\n${message}${tells('told')}`,
      posts,
    ),
    expected: ['worker', null, 'file://<folder>/w.ts'],
    follows: 'Node',
    node24: erasable,
  },
  'a thread of types alone': {
    files: esm(
      `${once}${worker}const thread = new Worker(new URL('./plain.ts', import.meta.url))\n${message}${tells('told')}`,
      {
        'plain.ts':
          "import { parentPort } from 'node:worker_threads'\nconst n: number = 1\nparentPort?.postMessage(n)",
      },
    ),
    expected: 1,
    follows: 'Node 24',
  },
  'a thread of CommonJS': {
    files: esm(
      `${once}${worker}const thread = new Worker(new URL('./w.cts', import.meta.url))\n${message}${tells('told')}`,
      {
        'w.cts':
          "const { parentPort } = require('node:worker_threads')\nparentPort.postMessage(__filename as string)",
      },
    ),
    expected: '<folder>/w.cts',
    follows: 'Node 24',
  },
  'a thread that text is given to': {
    files: esm(
      `${once}${worker}const thread = new Worker("require('node:worker_threads').parentPort.postMessage(typeof require)", { eval: true })\n${message}${tells('told')}`,
    ),
    expected: 'function',
    follows: 'Node',
  },
  'a thread of JavaScript that imports TypeScript': {
    files: esm(
      `${once}${worker}const thread = new Worker(new URL('./outer.mjs', import.meta.url))\n${message}${tells('told')}`,
      {
        'outer.mjs':
          "import { parentPort } from 'node:worker_threads'\nimport { Kind } from './lib.js'\nparentPort.postMessage(Kind.Worker)",
        'lib.ts': posts['lib.ts'],
      },
    ),
    expected: 'worker',
    follows: 'tsx: a thread imports what its parent can',
    node24: erasable,
  },
  'a thread of a package that imports what it is given': {
    files: esm(
      `import { once } from 'node:events'\nimport { start } from 'pool'\nconst thread = start(new URL('./task.ts', import.meta.url).href)\n${message}${tells('told')}`,
      {
        'task.ts': "import { Kind } from './lib'\nexport default (): string => Kind.Worker",
        'lib.ts': posts['lib.ts'],
        ...inModules(
          'pool',
          {},
          {
            'index.js':
              "const { Worker } = require('node:worker_threads')\nexports.start = (workerData) => new Worker(require.resolve('./run.js'), { workerData })",
            'run.js':
              "const { workerData, parentPort } = require('node:worker_threads')\nimport(workerData).then((task) => parentPort.postMessage(task.default()))",
          },
        ),
      },
    ),
    expected: 'worker',
    follows: 'tsx: as pools of threads do it',
    node24: erasable,
  },
  'a thread by a data address that imports TypeScript': {
    files: esm(
      `${once}${worker}const lib: string = new URL('./lib.ts', import.meta.url).href\nconst code = \`import { parentPort } from 'node:worker_threads'; parentPort.postMessage((await import('\${lib}')).Kind.Worker)\`\nconst thread = new Worker(new URL(\`data:text/javascript,\${encodeURIComponent(code)}\`))\n${message}${tells('told')}`,
      { 'lib.ts': posts['lib.ts'] },
    ),
    expected: 'worker',
    follows: 'tsx',
    node24: { fails: 'ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX' },
  },
  'what a thread knows of itself': {
    files: esm(
      `${once}${worker}const thread = new Worker(new URL('./w.ts', import.meta.url), { argv: ['one'], env: { ONE: '1' } })\n${message}${tells('told')}`,
      {
        'w.ts':
          "import { parentPort } from 'node:worker_threads'\nparentPort?.postMessage([import.meta.url, import.meta.main, process.argv.slice(1), process.env] as unknown[])",
      },
    ),
    expected: ['file://<folder>/w.ts', true, ['<folder>/w.ts', 'one'], { ONE: '1' }],
    follows: 'Node 24: its file is the program there',
  },
  'the guard of a thread and of a fork of CommonJS': {
    files: esm(
      `${once}${worker}${child}const path = fileURLToPath(new URL('./w.cts', import.meta.url))\nconst thread = new Worker(path)\n${message}const [forked] = await once(fork(path, ['one']), 'message')\n${tells('[told, forked]')}`,
      {
        'w.cts':
          "const { parentPort } = require('node:worker_threads')\nconst told: unknown[] = [require.main === module, require.main?.filename, process.argv.slice(1)]\nparentPort?.postMessage(told)\nprocess.send?.(told)",
      },
    ),
    expected: [
      [true, '<folder>/w.cts', ['<folder>/w.cts']],
      [true, '<folder>/w.cts', ['<folder>/w.cts', 'one']],
    ],
    follows: 'Node 24',
  },
  'the guard of a fork': {
    files: esm(
      `${once}${child}const [told] = await once(fork(fileURLToPath(new URL('./f.ts', import.meta.url))), 'message')\n${tells('told')}`,
      { 'f.ts': 'process.send?.([import.meta.main, process.argv.length] as unknown[])' },
    ),
    expected: [true, 2],
    follows: 'Node 24',
  },
  'a fork of JavaScript that imports TypeScript': {
    files: esm(
      `${once}${child}const [told] = await once(fork(fileURLToPath(new URL('./f.mjs', import.meta.url))), 'message')\n${tells('told')}`,
      { 'f.mjs': "import { Kind } from './lib.js'\nprocess.send(Kind.Worker)", 'lib.ts': posts['lib.ts'] },
    ),
    expected: 'worker',
    follows: 'tsx',
    node24: erasable,
  },
  'a thread in a thread': {
    files: esm(
      `${once}${worker}const thread = new Worker(new URL('./outer.ts', import.meta.url))\n${message}${tells('told')}`,
      {
        'outer.ts': `${once}import { parentPort, Worker } from 'node:worker_threads'\nconst inner: Worker = new Worker(new URL('./inner.ts', import.meta.url))\nparentPort?.postMessage(await once(inner, 'message'))`,
        'inner.ts':
          "import { parentPort } from 'node:worker_threads'\nparentPort?.postMessage('inner' as string)",
      },
    ),
    expected: ['inner'],
    follows: 'Node 24',
  },
  'a thread that fails says where': {
    files: esm(
      `${once}${worker}const thread = new Worker(new URL('./w.ts', import.meta.url))\nconst [error] = await once(thread, 'error')\n${tells('[error.message, /w\\.ts:5:\\d+/.test(error.stack)]')}`,
      { 'w.ts': "interface A {\n  a: 1\n}\n\nthrow new Error('no' as string)" },
    ),
    expected: ['no', true],
    follows: 'Node 24',
  },
  'a fork': {
    files: esm(
      `${once}${child}const forked = fork(fileURLToPath(new URL('./f.ts', import.meta.url)), ['one'])\nconst [told] = await once(forked, 'message')\n${tells('told')}`,
      { 'f.ts': 'process.send?.([process.argv.slice(2), import.meta.url] as unknown[])' },
    ),
    expected: [['one'], 'file://<folder>/f.ts'],
    follows: 'tsx and Node 24: a fork runs what its parent can',
  },
  'a fork by a relative path': {
    files: esm(
      `${once}${child}const forked = fork('./f.ts')\nconst [told] = await once(forked, 'message')\n${tells('told')}`,
      {
        'f.ts': "import { Kind } from './lib'\nprocess.send?.(Kind.Fork)",
        'lib.ts': 'export enum Kind { Fork = "fork" }',
      },
    ),
    expected: 'fork',
    follows: 'tsx: it is found from the working folder',
    node24: { fails: 'ERR_MODULE_NOT_FOUND' },
    without: [],
  },
  'a child of the same Node that runs JavaScript': {
    files: esm(
      `${child}const { stdout } = spawnSync(process.execPath, [...process.execArgv, fileURLToPath(new URL('./c.mjs', import.meta.url))], { encoding: 'utf8' })\n${tells('stdout')}`,
      { 'c.mjs': 'process.stdout.write("child")' },
    ),
    expected: 'child',
    follows: 'Node',
  },
  'a script in this context': {
    files: esm(
      `import vm from 'node:vm'\nglobalThis.held = 2 as unknown as never\nconst a: number = vm.runInThisContext('held + 1', { filename: 'mine.js' })\nconst b = vm.runInNewContext('n * 2', { n: 4 })\n${tells('[a, b, vm.runInNewContext("[]") instanceof Array]')}`,
    ),
    expected: [3, 8, false],
    follows: 'Node',
  },
  'a script that imports as the program does': {
    since: 22,
    files: esm(
      `import vm from 'node:vm'\nconst address: string = new URL('./lib.ts', import.meta.url).href\nconst script = new vm.Script(\`import('\${address}')\`, { importModuleDynamically: vm.constants.USE_MAIN_CONTEXT_DEFAULT_LOADER })\n${tells('(await script.runInThisContext()).lib')}`,
      { 'lib.ts': "export const lib: string = 'lib'" },
    ),
    expected: 'lib',
    follows: 'Node 24',
  },
}
