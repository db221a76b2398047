#!/usr/bin/env node
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
if (major < 20 || (major === 20 && minor < 19)) {
  process.stderr.write(`fastmcp: needs Node 20.19 or newer, and this is ${process.versions.node}\n`)
  process.exit(2)
}

const require = process.getBuiltinModule('node:module').createRequire(import.meta.url)
const { start } = require('../dist/start.cjs')
// Of what Node has required, user code sees only its own.
delete require.cache[require.resolve('../dist/start.cjs')]
const code = await start(process.argv.slice(2))
// Output to a pipe may still be on its way; user code may have left timers that would keep the process.
process.stdout.write('', () => process.exit(code))
