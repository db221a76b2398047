import type { MeaningCase, Theme } from './case.ts'
import { aliases } from './themes/aliases.ts'
import { commonjs } from './themes/commonjs.ts'
import { computed } from './themes/computed.ts'
import { cycles } from './themes/cycles.ts'
import { faults } from './themes/faults.ts'
import { hooks } from './themes/hooks.ts'
import { identity } from './themes/identity.ts'
import { interop } from './themes/interop.ts'
import { kept } from './themes/kept.ts'
import { laziness } from './themes/laziness.ts'
import { meta } from './themes/meta.ts'
import { order } from './themes/order.ts'
import { packages } from './themes/packages.ts'
import { resolution } from './themes/resolution.ts'
import { stacks } from './themes/stacks.ts'
import { syntax } from './themes/syntax.ts'
import { text } from './themes/text.ts'
import { workers } from './themes/workers.ts'

const themes: Readonly<Record<string, Theme>> = {
  order,
  laziness,
  computed,
  cycles,
  meta,
  stacks,
  commonjs,
  interop,
  resolution,
  packages,
  aliases,
  syntax,
  text,
  workers,
  faults,
  hooks,
  identity,
  kept,
}

/** All cases, under the names of their theme and their own. */
export const table: ReadonlyMap<string, MeaningCase> = new Map(
  Object.entries(themes).flatMap(([theme, cases]) =>
    Object.entries(cases).map(([name, one]) => [`${theme}: ${name}`, one] as const),
  ),
)
