import type { Channel } from '../protocol/channel.ts'
import type { ServerSource } from '../protocol/source.ts'
import { MemoryPipe } from '../transports/memory.ts'
import type { Log } from './serve-options.ts'
import { servePipe } from './serve-pipe.ts'

/**
 * Serves one client within this process, with the same sessions and eras as over stdio.
 * @param onClosed is called when the client has closed its end and its calls have ended.
 * @returns the client's end, in the shape of the official SDKs' `Transport`.
 */
export function serveInMemory(source: ServerSource, log: Log, onClosed: () => Promise<void>): Channel {
  const pipe = new MemoryPipe(async () => {
    // No client is left to receive answers.
    await running.close(0)
    await onClosed()
  })
  const running = servePipe(source, pipe, { onGone: () => void pipe.client.close(), log })
  return pipe.client
}
