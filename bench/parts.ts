import type { Part } from './harness/row.ts'
import { calls } from './rows/calls.ts'
import { commands } from './rows/commands.ts'
import { firstStarts } from './rows/first-starts.ts'
import { gateways } from './rows/gateways.ts'
import { guardThread } from './rows/guard-thread.ts'
import { installation } from './rows/installation.ts'
import { lists } from './rows/lists.ts'
import { logins } from './rows/logins.ts'
import { memory } from './rows/memory.ts'
import { options } from './rows/options.ts'
import { saves } from './rows/saves.ts'
import { starts } from './rows/starts.ts'

/** All that is measured, in this order. */
export const parts: readonly Part[] = [
  starts,
  firstStarts,
  commands,
  guardThread,
  options,
  calls,
  lists,
  gateways,
  logins,
  saves,
  memory,
  installation,
]
