/**
 * Keep-alive options for an agent. A Node server closes a connection after 5 s of idling, and a request sent at that
 * moment is lost without knowing whether it was processed. So the agent closes idle connections earlier, as Node's
 * `fetch` does.
 */
export const idleConnections = { keepAlive: true, timeout: 4_000 } as const
