// Lists the tools and asks for a forecast with the AI SDK: node ai-sdk.mjs folder-of-packages what-to-ask-and-where
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

const [modules, words] = process.argv.slice(2)
const { url, type, command, args, trip, ...settings } = JSON.parse(words)
const { resolve } = createRequire(join(modules, 'here.js'))
const load = (name) => import(pathToFileURL(resolve(name)).href)

const { createMCPClient } = await load('@ai-sdk/mcp')
const { Experimental_StdioMCPTransport: Stdio } = await load('@ai-sdk/mcp/mcp-stdio')
const transport = url ? { type, url } : new Stdio({ command, args, env: process.env, stderr: 'ignore' })
const client = await createMCPClient({ transport, ...settings })
const tools = await client.tools()
const { structuredContent } = await tools.forecast.execute(trip, { toolCallId: '1', messages: [] })
const version = client.initializeResult?.protocolVersion
await client.close()
console.log(JSON.stringify({ tools: Object.keys(tools), forecast: structuredContent, version }))
