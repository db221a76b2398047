import { freePort } from '../support/free-port.ts'
import type { Place } from './shape.ts'

const ports = new Map<string, Promise<number>>()

/** A port for one project, the same in all its editions. */
export function portOf({ folder }: Place): Promise<number> {
  const port = ports.get(folder) ?? freePort()
  ports.set(folder, port)
  return port
}
