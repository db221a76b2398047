import type { Journey } from '../journey.ts'
import { installAndStart } from '../steps/install.ts'

export default {
  name: 'install',
  what: "`install` into a client's file, then started as that client does",
  facets: { command: 'install', transport: 'stdio' },
  walk: installAndStart,
} satisfies Journey
