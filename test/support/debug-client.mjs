// A debugger as editors have it, over the DevTools protocol: it sets a breakpoint in a TypeScript file through the
// source map, and when the process that it is attached to has gone, attaches to the next one on the same port.
//   node --experimental-websocket debug-client.mjs <port> <source file> <text of the line>
// Prints "attached", "set" when the breakpoint stands, and "hit <line in the source>"; goes on with each line of stdin.
import { readFileSync } from 'node:fs'
import { SourceMap } from 'node:module'
import { createInterface } from 'node:readline'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

const [port, source = '', marker = ''] = process.argv.slice(2)
const name = source.split('/').at(-1)
const lines = createInterface({ input: process.stdin })
lines.on('close', () => process.exit(0))
let resume = () => undefined
lines.on('line', () => resume())

/** The compiled form of the source among the scripts of the process, and the map beside it. */
const mapOf = (file) => new SourceMap(JSON.parse(readFileSync(`${file}.map`, 'utf8')))

/** The generated line for the marked one. */
function generatedLine(file) {
  const map = mapOf(file)
  const wanted = readFileSync(source, 'utf8')
    .split('\n')
    .findIndex((line) => line.includes(marker))
  return readFileSync(file, 'utf8')
    .split('\n')
    .findIndex((text, at) => {
      const entry = map.findEntry(at, Math.max(0, text.search(/\S/)))
      return entry?.originalSource?.endsWith(name) && entry.originalLine === wanted
    })
}

/** Resolves when the connection has ended. */
function debug(url) {
  const socket = new WebSocket(url)
  let id = 0
  const send = (method, params = {}) => socket.send(JSON.stringify({ id: ++id, method, params }))
  const files = new Map()
  const answers = new Map()
  resume = () => send('Debugger.resume')
  socket.onopen = () => {
    console.log('attached')
    // Editors are told of every script before it runs, so that breakpoints can be set in it.
    send('Debugger.enable')
    send('Debugger.setInstrumentationBreakpoint', { instrumentation: 'beforeScriptWithSourceMapExecution' })
  }
  socket.onmessage = ({ data }) => {
    const { id: answered, method, params } = JSON.parse(data)
    answers.get(answered)?.()
    if (method === 'Debugger.scriptParsed' && params.sourceMapURL && /fastmcp.*\.mjs$/.test(params.url)) {
      const file = fileURLToPath(params.url)
      if (!JSON.parse(readFileSync(`${file}.map`, 'utf8')).sources.some((one) => one.endsWith(name))) return
      files.set(params.scriptId, file)
      send('Debugger.setBreakpointByUrl', { url: params.url, lineNumber: generatedLine(file) })
      answers.set(id, () => console.log('set'))
    }
    if (method !== 'Debugger.paused') return
    if (params.reason === 'instrumentation') return send('Debugger.resume')
    const { scriptId, lineNumber, columnNumber } = params.callFrames[0].location
    const entry = mapOf(files.get(scriptId)).findEntry(lineNumber, columnNumber)
    console.log(`hit ${entry.originalLine + 1}`)
  }
  return new Promise((resolve) => {
    socket.onclose = resolve
    socket.onerror = resolve
  })
}

for (;;) {
  const [target] = await fetch(`http://127.0.0.1:${port}/json/list`).then(
    (response) => response.json(),
    () => [],
  )
  if (target) await debug(target.webSocketDebuggerUrl)
  await delay(50)
}
