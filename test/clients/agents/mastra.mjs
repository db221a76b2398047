/** Mastra puts the name of the server before that of each tool. */
export async function visit({ name, url, command, args, tool, input }, load) {
  const { MCPClient } = await load('@mastra/mcp')
  const server = url ? { url: new URL(url) } : { command, args }
  const client = new MCPClient({ id: name, servers: { at: server } })
  try {
    const tools = await client.listTools()
    const { content } = await tools[`at_${tool}`].execute(input)
    return { tools: Object.keys(tools).map((one) => one.replace(/^at_/, '')), answer: content[0].text }
  } finally {
    await client.disconnect()
  }
}
