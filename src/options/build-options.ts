import { choice, define, flag, text } from './option.ts'
import { runOptions } from './run-options.ts'

export const buildOptions = {
  out: define<string | undefined>({
    name: 'out',
    short: 'o',
    value: 'file',
    group: 'Output',
    help: 'output file',
    default: undefined,
    defaultText: 'dist/<source name>.mjs',
    parse: text,
  }),
  target: define<'node' | 'docker'>({
    name: 'target',
    value: 'node|docker',
    group: 'Output',
    help: 'docker also writes a Dockerfile',
    default: 'node',
    parse: choice(['node', 'docker']),
  }),
  minify: define<boolean>({
    name: 'minify',
    group: 'Output',
    help: 'keep the code readable',
    default: true,
    parse: flag,
  }),
  force: define<boolean>({
    name: 'force',
    group: 'Output',
    help: 'overwrite an existing Dockerfile',
    default: false,
    parse: flag,
  }),
  env: runOptions.env,
  envFile: runOptions.envFile,
  loadTimeout: runOptions.loadTimeout,
} as const
