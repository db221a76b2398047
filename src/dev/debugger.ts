import inspector from 'node:inspector'

/** Opens the port that debuggers connect to, or closes it so that another generation can have it. */
export function debugOn(port: number | undefined): void {
  if (inspector.url() !== undefined) inspector.close()
  if (port === undefined) return
  try {
    inspector.open(port, '127.0.0.1')
  } catch {
    // The port is someone else's; the server is served without a debugger.
  }
}
