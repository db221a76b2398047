import { choice, flag, type Option, text } from './option.ts'

export const templateNames = ['basic', 'sdk', 'sdk-v1', 'http'] as const
export type TemplateName = (typeof templateNames)[number]

export const managerNames = ['npm', 'pnpm', 'yarn', 'bun'] as const
export type ManagerName = (typeof managerNames)[number]

const define = <T>(option: Option<T>): Option<T> => option

export const initOptions = {
  template: define<TemplateName | undefined>({
    name: 'template',
    value: templateNames.join('|'),
    group: 'Project',
    help: 'what to start from',
    default: undefined,
    defaultText: 'basic',
    parse: choice(templateNames),
  }),
  name: define<string | undefined>({
    name: 'name',
    value: 'name',
    group: 'Project',
    help: 'name of the package and the server',
    default: undefined,
    defaultText: 'the name of the folder',
    parse: text,
  }),
  pm: define<ManagerName | undefined>({
    name: 'pm',
    value: managerNames.join('|'),
    group: 'Project',
    help: 'package manager',
    default: undefined,
    defaultText: 'the one that runs this, or whose lockfile is there',
    parse: choice(managerNames),
  }),
  install: define<boolean>({
    name: 'install',
    group: 'Project',
    help: 'leave the dependencies to be installed later',
    default: true,
    parse: flag,
  }),
  git: define<boolean>({
    name: 'git',
    group: 'Project',
    help: 'make no git repository of a new folder',
    default: true,
    parse: flag,
  }),
  yes: define<boolean>({
    name: 'yes',
    short: 'y',
    group: 'Project',
    help: 'ask nothing, and write what would be asked about',
    default: false,
    parse: flag,
  }),
  force: define<boolean>({
    name: 'force',
    group: 'Project',
    help: 'write into a folder that holds files; none of them is changed but .gitignore',
    default: false,
    parse: flag,
  }),
} as const
