// A debugger as editors have it, over the DevTools protocol: it sets a breakpoint in a TypeScript file through the
// source map, and when the process that it is attached to has gone, attaches to the next one on the same port.
//   node --experimental-websocket debug-client.mjs <port> <source file> <text of the line>
// Prints "attached", "set" when the breakpoint stands, and "hit <line in the source>"; goes on with each line of stdin.
import { readFileSync } from 'node:fs'
import { SourceMap } from 'node:module'
import { createInterface } from 'node:readline'
import { setTimeout as delay } from 'node:timers/promises'

const [port, source = '', marker = ''] = process.argv.slice(2)
const name = source.split('/').at(-1)
const lines = createInterface({ input: process.stdin })
lines.on('close', () => process.exit(0))
let resume = () => undefined
lines.on('line', () => resume())

/** The map that stands in a script itself. */
const mapIn = (url) => new SourceMap(JSON.parse(Buffer.from(url.split(',')[1], 'base64').toString()))

/** The line of a script that the marked one has become. */
function generatedLine(code, map) {
  const wanted = readFileSync(source, 'utf8')
    .split('\n')
    .findIndex((line) => line.includes(marker))
  return code.split('\n').findIndex((text, at) => {
    const entry = map.findEntry(at, Math.max(0, text.search(/\S/)))
    return entry?.originalSource?.endsWith(name) && entry.originalLine === wanted
  })
}

/** Resolves when the connection has ended. */
function debug(url) {
  const socket = new WebSocket(url)
  let id = 0
  const send = (method, params = {}) => socket.send(JSON.stringify({ id: ++id, method, params }))
  const maps = new Map()
  let setting = 0
  let waiting = false
  // What waits before it runs goes on when its breakpoints stand.
  const goOn = () => {
    if (waiting && setting === 0) send('Debugger.resume')
    waiting &&= setting > 0
  }
  const answers = new Map()
  resume = () => send('Debugger.resume')
  socket.onopen = () => {
    console.log('attached')
    // Editors are told of every script before it runs, so that breakpoints can be set in it.
    send('Debugger.enable')
    send('Debugger.setInstrumentationBreakpoint', { instrumentation: 'beforeScriptWithSourceMapExecution' })
  }
  socket.onmessage = ({ data }) => {
    const { id: answered, method, params, result } = JSON.parse(data)
    answers.get(answered)?.(result)
    if (method === 'Debugger.scriptParsed' && params.sourceMapURL && params.url.endsWith(name)) {
      const { scriptId, url, sourceMapURL } = params
      const map = mapIn(sourceMapURL)
      maps.set(scriptId, map)
      setting++
      send('Debugger.getScriptSource', { scriptId })
      answers.set(id, ({ scriptSource }) => {
        send('Debugger.setBreakpointByUrl', { url, lineNumber: generatedLine(scriptSource, map) })
        answers.set(id, () => {
          console.log('set')
          setting--
          goOn()
        })
      })
    }
    if (method !== 'Debugger.paused') return
    if (params.reason === 'instrumentation') {
      waiting = true
      return goOn()
    }
    const { scriptId, lineNumber, columnNumber } = params.callFrames[0].location
    const entry = maps.get(scriptId).findEntry(lineNumber, columnNumber)
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
