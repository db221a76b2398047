import type { Settings } from '../options/settings.ts'
import type { ServerSource } from '../protocol/source.ts'
import { type HttpFront, openHttp } from '../serve/http-front.ts'
import { httpOptions } from '../serve/http-options.ts'
import type { Log, Running } from '../serve/serve-options.ts'

/** Binds the port that the settings name; requests wait there until there is a server. */
export const openFront = (settings: Settings, log: Log): Promise<HttpFront> =>
  openHttp(httpOptions(settings), log)

/** Serves on the port that is bound already, unless the code has named another. */
export async function serveHttp(
  source: ServerSource,
  settings: Settings,
  front: HttpFront | undefined,
  log: Log,
): Promise<Running> {
  const options = httpOptions(settings)
  const moved = front && (front.options.host !== options.host || front.options.port !== options.port)
  if (moved) await front?.abandon()
  const bound = front && !moved ? front : await openHttp(options, log)
  return bound.serve(source, options)
}
