/** The least that any server on node:http has to do: read JSON, answer JSON. */
export const bareHttp = (result = `{ content: [{ type: 'text', text: '3' }] }`) => `
import { createServer } from 'node:http'
const result = ${result}
const listener = createServer((request, response) => {
  const chunks = []
  request.on('data', (chunk) => chunks.push(chunk))
  request.on('end', () => {
    const { id } = JSON.parse(Buffer.concat(chunks).toString())
    const body = JSON.stringify({ result, jsonrpc: '2.0', id })
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) })
    response.end(body)
  })
}).listen(0, '127.0.0.1', () =>
  console.error('listening on http://127.0.0.1:' + listener.address().port + '/mcp'))
`

/** The least that any program on stdio has to do: answer the request for its tools. */
export const bareStdio = `
process.stdin.on('data', (chunk) => {
  if (String(chunk).includes('"list"')) process.stdout.write('{"jsonrpc":"2.0","id":"list","result":{"tools":[]}}\\n')
})
`
