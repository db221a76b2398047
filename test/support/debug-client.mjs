// Sets a breakpoint in a TypeScript file over the DevTools protocol, as an editor does: through the source map.
//   node --experimental-websocket debug-client.mjs <port> <source file> <text of the line>
// Prints "set" when the breakpoint stands and "hit <line in the source>" when it is hit, and then goes on.
import { readFileSync } from 'node:fs'
import { SourceMap } from 'node:module'
import { fileURLToPath } from 'node:url'

const [port, source = '', marker = ''] = process.argv.slice(2)
const [target] = await (await fetch(`http://127.0.0.1:${port}/json/list`)).json()
const socket = new WebSocket(target.webSocketDebuggerUrl)
let id = 0
const send = (method, params = {}) => socket.send(JSON.stringify({ id: ++id, method, params }))

/** The generated line for the marked one, found as editors do: by the map beside the script. */
function place(script) {
  const file = fileURLToPath(script.url)
  const map = new SourceMap(JSON.parse(readFileSync(`${file}.map`, 'utf8')))
  const wanted = readFileSync(source, 'utf8')
    .split('\n')
    .findIndex((line) => line.includes(marker))
  const generated = readFileSync(file, 'utf8').split('\n')
  const line = generated.findIndex((text, at) => {
    const column = text.search(/\S/)
    const entry = column < 0 ? undefined : map.findEntry(at, column)
    return entry?.originalSource?.endsWith('server.ts') && entry.originalLine === wanted
  })
  return { line, original: wanted + 1 }
}

let original = 0
socket.onopen = () => send('Debugger.enable')
socket.onmessage = ({ data }) => {
  const { method, params } = JSON.parse(data)
  if (method === 'Debugger.scriptParsed' && params.sourceMapURL && /fastmcp.*\.mjs$/.test(params.url)) {
    const found = place(params)
    original = found.original
    send('Debugger.setBreakpointByUrl', { url: params.url, lineNumber: found.line })
    console.log('set')
  }
  if (method === 'Debugger.paused') {
    console.log(`hit ${original}`)
    send('Debugger.resume')
  }
}
socket.onclose = () => process.exit(0)
