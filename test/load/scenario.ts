/** One way to take more than there is, while somebody else calls. */
export interface Scenario {
  readonly name: string
  readonly title: string
  /** A file of the repository under test or of this one, or the remote server that is started for it. */
  readonly server: { readonly fixture: string } | { readonly example: string } | 'remote'
  /** What the other caller asks for: a tool whose answer holds what this argument was. */
  readonly echo: readonly [tool: string, argument: string]
  /** Runs in a process of its own. `wrong` is told of each answer that is not what it should be. */
  attack(url: URL, wrong: (what: string) => void): Promise<unknown>
}
