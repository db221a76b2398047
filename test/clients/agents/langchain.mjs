/** LangChain's adapters make tools of its own kind, which answer with what a model would read. */
export async function visit({ url, command, args, tool, input }, load) {
  const { MultiServerMCPClient } = await load('@langchain/mcp-adapters')
  const server = url ? { transport: 'http', url } : { transport: 'stdio', command, args }
  const client = new MultiServerMCPClient({ mcpServers: { server }, useStandardContentBlocks: false })
  try {
    const tools = await client.getTools()
    const answer = await tools.find(({ name }) => name === tool)?.invoke(input)
    return { tools: tools.map(({ name }) => name), answer }
  } finally {
    await client.close()
  }
}
