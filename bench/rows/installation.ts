import { amount, type Contestant, type Part } from '../harness/row.ts'
import { type Installed, install } from '../measures/installing.ts'

/** One installation for both rows. */
let installing: Promise<Installed> | undefined

const installed = (name: keyof Installed): Contestant => ({
  name: `installed ${name}`,
  open: async (lab) => {
    installing ??= install(lab)
    const found = await installing
    return { round: () => Promise.resolve({ amount: found[name] }) }
  },
})

/** What `npm install` puts on the disk of those who want us. */
export const installation: Part = {
  name: 'install',
  rounds: [1, 1],
  once: true,
  rows: [
    amount({
      target: 18,
      what: 'packages of an installation',
      of: installed('packages'),
      unit: '',
      goal: { atMost: 12 },
    }),
    amount({
      target: 18,
      what: 'size of an installation',
      of: installed('size'),
      unit: 'MB',
      goal: { atMost: 30 },
    }),
  ],
}
