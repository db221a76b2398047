/**
 * What a server can do beside answering a call. Most journeys ask for one, and a shape says which it is without:
 * that cell is then empty, because plain Node would not do it either.
 */
export type Ability =
  /** Asks the person in a call (elicitation). */
  | 'ask'
  /** Asks the client's model in a call (sampling). */
  | 'think'
  /** Asks the client for its roots in a call. */
  | 'places'
  /** Asks on the stream of the call, so that clients without a GET stream are reached. */
  | 'call-stream'
  /** Notices that its call was given up. */
  | 'cancel'
  /** Reports how far it is. */
  | 'progress'
  /** Adds a tool while it runs, and says so. */
  | 'grow'
  /** Declares an extension, and answers a method of it. */
  | 'extend'
  /** Can be edited while it is served: it has a source. */
  | 'edit'
  /** Is one server to all its clients, so that what it adds is there for each of them. */
  | 'share'
  /** Runs tasks that outlive their call (2025-11-25). */
  | 'tasks'
  /** Gives out a `requestState` of its own with a question of 2026-07-28. */
  | 'state'
  /** Has a page for a tool, as MCP Apps do. */
  | 'page'

/** The tools by which clients meet an ability. */
const toolsOf: Partial<Record<Ability, readonly string[]>> = {
  ask: ['ask'],
  think: ['think'],
  places: ['places'],
  cancel: ['given-up', 'wait'],
  progress: ['steps'],
  grow: ['grow'],
  tasks: ['task'],
  state: ['state'],
  page: ['page'],
}

/** The tools of a server that has these abilities, sorted. */
export const toolsFor = (abilities: readonly Ability[], extra: boolean): string[] =>
  ['echo', 'edition', ...(extra ? ['extra'] : []), ...abilities.flatMap((one) => toolsOf[one] ?? [])].sort()

/** The extension that servers declare, and its only method: it answers with its text turned round. */
export const extension = 'example.com/mirror'
export const extensionMethod = 'example.com/mirror/turn'
