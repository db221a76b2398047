/**
 * What an agent is to do with connections between requests. A server of Node closes one that has been idle for 5 s, and a
 * request that is just being sent then is lost: nobody knows whether it was carried out. So the agent closes it first, as
 * Node's `fetch` does. A connection that is in use is not touched.
 */
export const idleConnections = { keepAlive: true, timeout: 4_000 } as const
