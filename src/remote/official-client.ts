// The part of the official client that is used; `scripts/bundle.mjs` bundles it, and its package is not a dependency.
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
