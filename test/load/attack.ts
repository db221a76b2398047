// Whoever takes all that a server gives: forked by a scenario, with less of the processor than anybody else.
import { setPriority } from 'node:os'
import { scenarios } from './scenarios.ts'

// The cores are few: what this process does must not be taken for what the server does.
setPriority(5)
const [, , name = '', address = ''] = process.argv
const scenario = scenarios.find((one) => one.name === name)
if (!scenario) throw new Error(`no scenario ${name}`)
process.on('disconnect', () => process.exit(1))
const wrong = new Map<string, number>()
await scenario.attack(new URL(address), (what) => wrong.set(what, (wrong.get(what) ?? 0) + 1))
process.send?.(Object.fromEntries(wrong))
process.disconnect()
