/**
 * The options of `run()` and `runAsync()`: those of `fastmcp run`, by the same names. With `run()` an environment
 * variable such as `FASTMCP_PORT` wins over them, and under `fastmcp run` flags and `fastmcp.json` do too.
 */
export interface RunOptions {
  /**
   * How clients reach the server; `http` is short for `streamable-http`, and `sse` is for clients from before
   * 2025-03-26 (basic/transports).
   * @defaultValue `stdio`
   */
  transport?: 'stdio' | 'streamable-http' | 'sse' | 'http'
  /**
   * The address to listen on; `0.0.0.0` for the whole network.
   * @defaultValue `127.0.0.1`
   */
  host?: string
  /**
   * The port to listen on, from 0 to 65,535; 0 takes any free one.
   * @defaultValue `8000`
   */
  port?: number
  /**
   * The path that MCP is served at.
   * @defaultValue `/mcp`, or `/sse` with SSE
   */
  path?: string
  /**
   * With SSE, the path that clients post their messages to.
   * @defaultValue `/messages/`
   */
  messagePath?: string
  /**
   * Keeps no sessions, so that any replica can answer any request, but for the retry of a call that has asked its client:
   * only the process that has asked can. Not possible with SSE, which is one long session.
   * @defaultValue `false`
   */
  stateless?: boolean
  /**
   * Where sessions are kept: `memory`, or `file:` and a path, where they outlive restarts. With a file, clients go on
   * with their sessions after the process was stopped or killed and started again; one server at a time can have it.
   * @defaultValue `memory`
   */
  store?: string
  /**
   * The URL of a Redis or Valkey, through which replicas of this server share their sessions: any of them answers any
   * request. `redis://`, `rediss://` with TLS, `redis+sentinel://host,host/name` or `redis+cluster://host,host`. Needs
   * the package ioredis.
   * @defaultValue none
   */
  redis?: string
  /**
   * The environment variable that holds the password of that Redis, where it does not stand in the URL.
   * @defaultValue none
   */
  redisPasswordEnv?: string
  /**
   * The file that holds that password, read once at the start.
   * @defaultValue none
   */
  redisPasswordFile?: string
  /**
   * What all keys and channels in Redis begin with, 1 to 64 characters: servers with the same share their sessions.
   * @defaultValue `fastmcp:`
   */
  redisPrefix?: string
  /**
   * The environment variable with a secret of all replicas, of at least 16 characters, which seals what they keep in
   * Redis and say to each other.
   * @defaultValue not sealed
   */
  clusterKeyEnv?: string
  /**
   * Answers every call with one JSON body and never with a stream (2025-11-25, basic/transports, Sending Messages to
   * the Server). Progress, logs and questions then travel on the stream that a client opens with GET, if it does.
   * @defaultValue `false`
   */
  jsonResponse?: boolean
  /**
   * Host names that clients may use besides those of this machine; `*` admits any. Others get 403, which is what keeps
   * out web pages that rebind a name (2025-11-25, basic/transports, Security Warning).
   * @defaultValue this machine's names
   */
  allowedHosts?: readonly string[]
  /**
   * Origins of web pages that may call, such as `https://app.example`; `*` admits any. Others get 403, and CORS is
   * answered accordingly.
   * @defaultValue this machine's pages
   */
  allowedOrigins?: readonly string[]
  /**
   * The name of the environment variable with the bearer token that callers must present; others get 401.
   * @defaultValue no authentication
   */
  tokenEnv?: string
  /**
   * A file with the bearer tokens that callers may present, in lines of `NAME=token`, or `NAME=token scope=read write`
   * for one that carries scopes, at most 1 MB, read again when it changes; others get 401. While it is invalid, the tokens read before stay in force. `ctx.auth`
   * has the name as `clientId`. Excludes `tokenEnv`.
   * @defaultValue no authentication
   */
  tokenFile?: string
  /**
   * Who issues the JSON Web Tokens that callers must present, exactly as their `iss` says; others get 401. `jwtAudience`
   * is needed with it, and `jwtAuth()` says what is checked. Excludes `tokenEnv`, `tokenFile` and `introspect`.
   * @defaultValue no authentication
   */
  jwtIssuer?: string
  /**
   * What those tokens must have been issued for, as their `aud` says: best the server's own URL (RFC 8707).
   * @defaultValue none
   */
  jwtAudience?: string | readonly string[]
  /**
   * The URL at which that issuer publishes its keys (RFC 7517), where its metadata (RFC 8414, OpenID Connect Discovery)
   * does not say it.
   * @defaultValue what the issuer's own metadata says
   */
  jwks?: string
  /**
   * The URL of the introspection endpoint that is asked about every token (RFC 7662); callers whose token is not active
   * get 401. `introspectionAuth()` says what is checked. Excludes `tokenEnv`, `tokenFile` and `jwtIssuer`.
   * @defaultValue no authentication
   */
  introspect?: string
  /**
   * Who this server is at that endpoint, sent by HTTP Basic (RFC 6749, 2.3.1).
   * @defaultValue no client
   */
  introspectClientId?: string
  /**
   * The name of the environment variable with the secret of that client; without a client, it holds a bearer token.
   * @defaultValue no secret
   */
  introspectSecretEnv?: string
  /**
   * What the tokens must have been issued for, as the `aud` of the endpoint's answer says.
   * @defaultValue anything
   */
  introspectAudience?: string | readonly string[]
  /**
   * Who issues these tokens, told clients that look for where to get one (RFC 9728).
   * @defaultValue clients are told nothing
   */
  introspectIssuer?: string
  /**
   * The path that health checks are answered at, or `true` for `/health`. Host, origin and token are not checked there.
   * @defaultValue off
   */
  health?: string | boolean
  /**
   * How many sessions are held at the most, from 1 to 1,000,000. Beyond that an idle one ends for a new one; when none
   * is idle, the new one gets 503.
   * @defaultValue `10000`
   */
  maxSessions?: number
  /**
   * The largest message taken from a client, from 1kb to 256mb: a number of bytes, or a size such as `20mb`.
   * @defaultValue `4mb` over HTTP, `16mb` elsewhere
   */
  maxBody?: number | string
  /**
   * Seconds after which an idle session ends, from 1 to 86,400.
   * @defaultValue `1800`
   */
  sessionTimeout?: number
  /**
   * Seconds, from 0 to 3,600, that the server goes on serving when it is told to stop, while `/readyz` answers 503 and every
   * answer ends its connection, so that load balancers stop sending requests. `close()` takes as long.
   * @defaultValue `0`
   */
  drainDelay?: number
  /**
   * Seconds, from 0 to 3,600, that calls in flight then get; what is left is answered with an error.
   * @defaultValue `10`
   */
  drainLimit?: number
  /**
   * Logs a line for each HTTP request: what was asked and called, the status, the time, and a hash of the session's id.
   * @defaultValue `false`
   */
  accessLog?: boolean
  /**
   * The port that `/metrics` is served on in the text format of Prometheus, from 0 to 65,535; 0 takes any free one. It is
   * a port of its own, since what it says is not for clients.
   * @defaultValue off
   */
  metricsPort?: number
  /**
   * The address that `/metrics` is served on; `0.0.0.0` for the whole network. Callers are not checked there.
   * @defaultValue `127.0.0.1`
   */
  metricsHost?: string
  /**
   * A file with the certificate, and its chain, that HTTP is served with over TLS, in PEM; read again within seconds when it
   * or the key changes. While the pair is invalid, the one read before is served. Needs `tlsKey`.
   * @defaultValue http
   */
  tlsCert?: string
  /**
   * A file with the private key of that certificate, in PEM and without a passphrase.
   * @defaultValue none
   */
  tlsKey?: string
  /**
   * Minimum level of the runner's own logs on stderr; `silent` prints none.
   * @defaultValue `info`, or `warning` on `stdio`
   */
  logLevel?: 'debug' | 'info' | 'warning' | 'error' | 'silent'
  /**
   * Whether an event is one line of text or one JSON object.
   * @defaultValue `text`
   */
  logFormat?: 'text' | 'json'
  /**
   * Prints the banner; `false` prints one line instead. Without a terminal it is one line anyway.
   * @defaultValue `true`
   */
  banner?: boolean
}
