/** A parsed message as it came over the wire; it may be anything. */
export interface Said {
  id?: unknown
  method?: unknown
  params?: unknown
  result?: unknown
  error?: { code?: unknown; message?: unknown }
}

/** A conversation with a server, text by text, over some transport. */
export interface Line {
  /**
   * Sends a text that may be no message.
   * @returns what came back for it alone: over HTTP the messages of the response, elsewhere nothing.
   */
  send(text: string, signal?: AbortSignal): Promise<Reply>
  /** Hears every message of the server's, in order. */
  onSaid: (said: Said) => void
  /** Ends it, as a client does that leaves. */
  close(): Promise<void>
}

export interface Reply {
  /** The status, over HTTP. */
  status: number | undefined
  said: Said[]
}

/** What a client introduces itself with. */
export const introduction = (id: string | number) =>
  JSON.stringify({
    jsonrpc: '2.0',
    id,
    method: 'initialize',
    params: {
      protocolVersion: '2025-11-25',
      capabilities: { elicitation: {}, sampling: {}, roots: {} },
      clientInfo: { name: 'fuzzer', version: '1' },
    },
  })

export const initialized = JSON.stringify({ jsonrpc: '2.0', method: 'notifications/initialized' })

/** The envelope of every request of the modern era. */
export const envelope = {
  'io.modelcontextprotocol/protocolVersion': '2026-07-28',
  'io.modelcontextprotocol/clientCapabilities': { elicitation: { form: {} } },
}

export const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
