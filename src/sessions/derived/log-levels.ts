import { errorCodes } from '../../protocol/jsonrpc.ts'
import type { SdkCore, SdkNotification, SdkSendOptions } from './sdk-shape.ts'

/** MCP log levels, least severe first (2025-11-25, server/utilities/logging). */
const levels = ['debug', 'info', 'notice', 'warning', 'error', 'critical', 'alert', 'emergency']

/**
 * The log level of one session. It replaces the SDK's map from session ids to levels: user code calls
 * `sendLoggingMessage` with and without an id, and means its own session either way.
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

  /** Whether a message of this level is sent. By default all are. */
  wants(level: unknown): boolean {
    if (this.#level === undefined || typeof level !== 'string') return true
    return levels.indexOf(level) >= levels.indexOf(this.#level)
  }
}

const setLevel = 'logging/setLevel'

/**
 * Adds log levels to a server whose SDK lacks them: SDK v1 before 1.18 offers logging, but does not handle
 * `logging/setLevel` and filters nothing. A server with its own handler keeps it.
 * @param core a server for one session.
 */
export function keepLogLevel(core: SdkCore): void {
  if (!core._capabilities?.logging || core._requestHandlers.has(setLevel) || core.fallbackRequestHandler)
    return
  const own = new SessionLevel()
  core._loggingLevels = own
  core._requestHandlers.set(setLevel, async ({ params }: { params?: { level?: unknown } }) => {
    const level = params?.level
    if (typeof level !== 'string' || !levels.includes(level))
      throw Object.assign(new Error(`level must be one of ${levels.join(', ')}`), {
        code: errorCodes.invalidParams,
      })
    own.set(undefined, level)
    return {}
  })
  const send = core.notification
  core.notification = (notification: SdkNotification, options?: SdkSendOptions) => {
    const unwanted = notification.method === 'notifications/message' && !own.wants(notification.params?.level)
    return unwanted ? Promise.resolve() : send.call(core, notification, options)
  }
}
