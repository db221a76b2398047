// The package's entry point: `import { FastMCP, isMain } from 'fastmcp-cli'`.
export type { AuthHook, AuthInfo, ResourceMetadata } from '../protocol/auth.ts'
export type { Era, Route, RouteHandler } from '../protocol/source.ts'
export {
  type CommandOptions,
  type HttpTransportOptions,
  SSETransport,
  StdioTransport,
  StreamableHttpTransport,
} from './connect/client-transports.ts'
export { type ConnectOptions, connect } from './connect/connect.ts'
export type { Elicited } from './define/asking.ts'
export { type Context, getContext, type LogMethods } from './define/context.ts'
export type {
  Handle,
  PromptDefinition,
  PromptHandle,
  PromptHandler,
  ResourceDefinition,
  ResourceHandle,
  ResourceHandler,
  RouteOptions,
  ToolDefinition,
  ToolHandle,
  ToolHandler,
  ToolReturn,
  UriParams,
} from './define/definitions.ts'
export type { ToolAuth } from './define/required-scopes.ts'
export type { Output, Schema } from './define/schemas.ts'
export type { SessionState } from './define/session-state.ts'
export type { PromptValue, ResourceValue, ToolValue } from './define/values.ts'
export { ToolError } from './define/values.ts'
export { FastMCP, type FastMCPOptions } from './fastmcp.ts'
export { type IntrospectionAuthOptions, introspectionAuth } from './introspection-auth.ts'
export { isMain } from './is-main.ts'
export { type JwtAuthOptions, jwtAuth } from './jwt-auth.ts'
export type { Mount, MountOptions } from './mount/mounted.ts'
export type { RunHandle } from './run/run.ts'
export type { RunOptions } from './run/run-options.ts'
