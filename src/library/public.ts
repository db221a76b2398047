// The package's front door: `import { FastMCP, isMain } from 'fastmcp-cli'`.
export type { Route, RouteHandler } from '../source.ts'
export type { Context, LogMethods } from './context.ts'
export type { PromptDefinition, ResourceDefinition, RouteOptions, ToolDefinition } from './definitions.ts'
export { FastMCP, type FastMCPOptions } from './fastmcp.ts'
export { isMain } from './is-main.ts'
export type { RunHandle, RunOptions } from './run.ts'
export type { PromptValue, ResourceValue, ToolValue } from './values.ts'
