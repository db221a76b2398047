// What is used of the official client, which `scripts/bundle.mjs` builds into one script: its package is not installed.
export {
  auth,
  Client,
  discoverOAuthServerInfo,
  extractWWWAuthenticateParams,
  OAuthClientFlowError,
  OAuthError,
  refreshAuthorization,
  registerClient,
  SSEClientTransport,
  SseError,
  StreamableHTTPClientTransport,
  selectClientAuthMethod,
  validateAuthorizationResponseIssuer,
} from '@modelcontextprotocol/client'
export { StdioClientTransport } from '@modelcontextprotocol/client/stdio'
