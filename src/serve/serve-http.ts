import type { Settings } from '../options/settings.ts'
import type { ServerSource } from '../protocol/source.ts'
import type { Endpoint } from '../transports/http/http-app.ts'
import { type HttpFront, openHttp } from './http-front.ts'
import { httpOptions } from './http-options.ts'
import type { HttpServeOptions, Log, Running } from './serve-options.ts'

export interface HttpParts {
  log: Log
  /** A port that has been bound already. */
  front?: HttpFront | undefined
  /** How it is served, where that is more than the settings say. */
  http?: HttpServeOptions | undefined
  /** Endpoints of the runner's own, by path. */
  more?: ReadonlyMap<string, Endpoint>
}

/** Binds the port that the settings name; requests wait there until there is a server. */
export const openFront = (settings: Settings, log: Log): Promise<HttpFront> =>
  openHttp(httpOptions(settings), log)

/** Serves on the port that is bound already, unless the code has named another. */
export async function serveHttp(
  source: ServerSource,
  settings: Settings,
  { front, http, more, log }: HttpParts,
): Promise<Running> {
  const options = http ?? httpOptions(settings)
  const moved = front && (front.options.host !== options.host || front.options.port !== options.port)
  if (moved) await front?.abandon()
  const bound = front && !moved ? front : await openHttp(options, log)
  return bound.serve(source, options, more)
}
