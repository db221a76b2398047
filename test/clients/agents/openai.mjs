export async function visit({ url, command, args, tool, input }, load) {
  const { MCPServerStdio, MCPServerStreamableHttp } = await load('@openai/agents')
  const server = url ? new MCPServerStreamableHttp({ url }) : new MCPServerStdio({ command, args })
  try {
    await server.connect()
    const tools = await server.listTools()
    const [{ text }] = await server.callTool(tool, input)
    return { tools: tools.map(({ name }) => name), answer: text }
  } finally {
    await server.close()
  }
}
