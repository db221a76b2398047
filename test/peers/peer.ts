/** A public server where it can be started, in a folder that may be changed. */
export interface Peer {
  readonly name: string
  /** The folder to start in, with all files of the server itself. */
  readonly folder: string
  /** The file that is run, from that folder. */
  readonly entry: string
  /** Where its packages are. */
  readonly modules: string
  /** What Node is told before the file, where Node alone does not run it. */
  readonly before: readonly string[]
  /** Arguments for the server. */
  readonly args: readonly string[]
  readonly env: Readonly<Record<string, string>>
  /** Removes what was laid out for it alone. */
  close(): void
}

/** A server as npm has it. */
export interface Published {
  readonly package: string
  readonly version: string
  /** The name of its binary, where it has several. */
  readonly bin?: string
  readonly args?: readonly string[]
  /** What it asks for before it starts; nothing here is sent anywhere. */
  readonly env?: Readonly<Record<string, string>>
}

/** A server as its authors write it. */
export interface Repository {
  /** On GitHub. */
  readonly repository: string
  readonly commit: string
  /** The file that its `bin` or its start script comes from. */
  readonly entry: string
  /** The folder to install and start in, where that is not the root. */
  readonly folder?: string
  readonly args?: readonly string[]
  readonly env?: Readonly<Record<string, string>>
}

export type Server = Published | Repository

export const nameOf = (server: Server): string =>
  'package' in server ? server.package : [server.repository, server.folder].filter(Boolean).join('/')
