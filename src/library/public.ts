// The package's front door: `import { FastMCP, isMain } from 'fastmcp-cli'`.
export type { AuthHook, AuthInfo, ResourceMetadata } from '../protocol/auth.ts'
export type { Era, Route, RouteHandler } from '../protocol/source.ts'
export type { Elicited } from './asking.ts'
export {
  type CommandOptions,
  type HttpTransportOptions,
  SSETransport,
  StdioTransport,
  StreamableHttpTransport,
} from './client-transports.ts'
export { type ConnectOptions, connect } from './connect.ts'
export { type Context, getContext, type LogMethods } from './context.ts'
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
} from './definitions.ts'
export { FastMCP, type FastMCPOptions } from './fastmcp.ts'
export { isMain } from './is-main.ts'
export { type JwtAuthOptions, jwtAuth } from './jwt-auth.ts'
export type { Mount, MountOptions } from './mount-options.ts'
export type { RunHandle, RunOptions } from './run.ts'
export type { Output, Schema } from './schemas.ts'
export type { SessionState } from './session-state.ts'
export { ToolError } from './tool-error.ts'
export type { PromptValue, ResourceValue, ToolValue } from './values.ts'
