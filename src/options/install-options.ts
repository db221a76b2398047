import { exec } from './gateway-options.ts'
import { loginOptions } from './login-options.ts'
import { define, flag, text } from './option.ts'
import { runOptions } from './run-options.ts'

const config = define<string | undefined>({
  name: 'config',
  value: 'file',
  group: 'Project',
  help: "the client's configuration file, if not in its usual place",
  default: undefined,
  parse: text,
})

const workspace = define<boolean>({
  name: 'workspace',
  group: 'Project',
  help: "use this folder's configuration file, not your user-wide one",
  default: false,
  parse: flag,
})

const dryRun = define<boolean>({
  name: 'dryRun',
  group: 'Output',
  help: 'print what would change without changing anything',
  default: false,
  parse: flag,
})

export const installOptions = {
  name: define<string | undefined>({
    name: 'name',
    value: 'name',
    group: 'Project',
    help: "the server's name in the client",
    default: undefined,
    defaultText: 'its own name',
    parse: text,
  }),
  exec,
  dev: define<boolean>({
    name: 'dev',
    group: 'Project',
    help: 'install fastmcp dev, so that every save is live at once',
    default: false,
    parse: flag,
  }),
  force: define<boolean>({
    name: 'force',
    group: 'Project',
    help: 'replace an existing server with this name',
    default: false,
    parse: flag,
  }),
  workspace,
  config,
  dryRun,
  env: runOptions.env,
  envFile: runOptions.envFile,
  import: runOptions.import,
  require: runOptions.require,
  loadTimeout: runOptions.loadTimeout,
  ...loginOptions,
} as const

export const uninstallOptions = { workspace, config, dryRun } as const

export const discoverOptions = {
  json: define<boolean>({
    name: 'json',
    group: 'Output',
    help: 'print JSON',
    default: false,
    parse: flag,
  }),
} as const
