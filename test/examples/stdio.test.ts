import { describe, test } from 'node:test'
import { root } from '../support/program.ts'
import { chosen } from '../support/whole.ts'
import { checkTwo, connections, examples } from './examples.ts'

for (const example of chosen(examples, 9)) {
  describe(`examples/${example.file} over stdio`, () => {
    for (const { client, transport, era, connect } of connections) {
      if (transport !== 'stdio') continue
      test(`serves two clients, a process each: ${client}`, () =>
        checkTwo(example, era, connect, { stdio: ['run', `${root}examples/${example.file}`] }))
    }
  })
}
