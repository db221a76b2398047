import { choice, flag, type Option, text } from './option.ts'
import { runOptions } from './run-options.ts'

const define = <T>(option: Option<T>): Option<T> => option

export const buildOptions = {
  out: define<string | undefined>({
    name: 'out',
    short: 'o',
    value: 'file',
    group: 'Output',
    help: 'the file to write',
    default: undefined,
    defaultText: 'dist/<name of the source>.mjs',
    parse: text,
  }),
  target: define<'node' | 'docker'>({
    name: 'target',
    value: 'node|docker',
    group: 'Output',
    help: 'docker writes a Dockerfile too',
    default: 'node',
    parse: choice(['node', 'docker']),
  }),
  minify: define<boolean>({
    name: 'minify',
    group: 'Output',
    help: 'leave the code readable',
    default: true,
    parse: flag,
  }),
  force: define<boolean>({
    name: 'force',
    group: 'Output',
    help: 'replace a Dockerfile that is there',
    default: false,
    parse: flag,
  }),
  env: runOptions.env,
  envFile: runOptions.envFile,
  loadTimeout: runOptions.loadTimeout,
} as const
