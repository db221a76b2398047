import { type ManagerName, managerNames } from '../files/package-manager.ts'
import { choice, define, flag, text } from './option.ts'

export const templateNames = ['basic', 'sdk', 'sdk-v1', 'http'] as const
export type TemplateName = (typeof templateNames)[number]

export const initOptions = {
  template: define<TemplateName | undefined>({
    name: 'template',
    value: templateNames.join('|'),
    group: 'Project',
    help: 'template to start from',
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
    defaultText: 'the folder name',
    parse: text,
  }),
  pm: define<ManagerName | undefined>({
    name: 'pm',
    value: managerNames.join('|'),
    group: 'Project',
    help: 'package manager',
    default: undefined,
    defaultText: 'the one running this, or the one with a lockfile here',
    parse: choice(managerNames),
  }),
  install: define<boolean>({
    name: 'install',
    group: 'Project',
    help: 'do not install dependencies',
    default: true,
    parse: flag,
  }),
  git: define<boolean>({
    name: 'git',
    group: 'Project',
    help: 'do not create a git repository',
    default: true,
    parse: flag,
  }),
  yes: define<boolean>({
    name: 'yes',
    short: 'y',
    group: 'Project',
    help: 'accept all defaults without asking',
    default: false,
    parse: flag,
  }),
  force: define<boolean>({
    name: 'force',
    group: 'Project',
    help: 'write into a non-empty folder; only .gitignore is appended to',
    default: false,
    parse: flag,
  }),
} as const
