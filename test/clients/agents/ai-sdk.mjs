export async function visit({ url, command, args, tool, input }, load) {
  const { createMCPClient } = await load('@ai-sdk/mcp')
  const { Experimental_StdioMCPTransport: Stdio } = await load('@ai-sdk/mcp/mcp-stdio')
  const transport = url
    ? { type: 'http', url }
    : new Stdio({ command, args, env: process.env, stderr: 'ignore' })
  const client = await createMCPClient({ transport })
  try {
    const tools = await client.tools()
    const { content } = await tools[tool].execute(input, { toolCallId: '1', messages: [] })
    return { tools: Object.keys(tools), answer: content[0].text }
  } finally {
    await client.close()
  }
}
