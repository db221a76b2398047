/** MCP log levels from chatty to dire (2025-11-25, server/utilities/logging). */
const levels = ['debug', 'info', 'notice', 'warning', 'error', 'critical', 'alert', 'emergency']

/**
 * The log level one session asked for. It replaces the SDK's map from session ids to levels: user code calls
 * `sendLoggingMessage` with and without the id, and means its own session either way.
 */
export class SessionLevel extends Map<string | undefined, string> {
  #level: string | undefined

  override get(): string | undefined {
    return this.#level
  }

  override set(_sessionId: string | undefined, level: string): this {
    this.#level = level
    return this
  }

  /** Whether a message of this level is wanted. Without a level set, all are. */
  wants(level: unknown): boolean {
    if (this.#level === undefined || typeof level !== 'string') return true
    return levels.indexOf(level) >= levels.indexOf(this.#level)
  }
}
