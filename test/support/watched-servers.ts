import { Server } from 'node:net'
import { opened } from './opened.ts'

/** Closes with its test whatever listens in this process, and what is connected to it: `node:http` listens here, too. */
export function watchServers(): void {
  const { listen } = Server.prototype
  Server.prototype.listen = function (this: Server, ...args: unknown[]) {
    opened({ close: () => close(this) })
    return Reflect.apply(listen, this, args)
  }
}

function close(server: Server & { closeAllConnections?: () => void }): void {
  if (server.listening) server.close()
  // It may have been asked to only a moment ago.
  else server.once('listening', () => server.close())
  server.closeAllConnections?.()
}
