import type { Place } from '../../store/siblings.ts'
import type { WorkerStore } from '../../store/workers/worker-store.ts'

/** What a process has that serves one address together with others. */
export interface WorkerParts {
  readonly store: WorkerStore
  /** Who serves a session whose server has a memory of its own. */
  readonly sessions: 'owner' | 'anywhere'
  /**
   * Has sessions kept, for all processes.
   * @throws CliError when they cannot be kept as the options say.
   */
  keep(options: { store: string; maxSessions: number; expiry: number }): Promise<void>
  /** From now on this process answers here what others hand on to it. */
  answersAt(place: Place): void
}
