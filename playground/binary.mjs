#!/usr/bin/env node
// A program that speaks MCP on stdio, as one in any language would: nothing of it is loaded, it is started.
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js'
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js'
import { z } from 'zod'

const server = new McpServer({ name: 'binary', version: '1.0.0' })

server.registerTool(
  'reverse',
  { description: 'Turns a text around', inputSchema: { text: z.string() } },
  ({ text }) => ({ content: [{ type: 'text', text: [...text].reverse().join('') }] }),
)

await server.connect(new StdioServerTransport())
