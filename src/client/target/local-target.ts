import { runnerCommand } from '../../library/run/runner-command.ts'
import { loadPlan } from '../../runner/load-plan.ts'
import { applyEnvironment, loadingWords, planOf } from '../../runner/plan.ts'
import { serveInProcess } from '../../serve/lifecycle.ts'
import { serveInMemory } from '../../serve/serve-in-memory.ts'
import { Output } from '../../terminal/output.ts'
import type { TargetOptions, Use } from './use-client.ts'
import { useClient } from './use-client.ts'

/**
 * Uses a server that is loaded into this process, which is its own for as long as that takes. One that serves itself
 * once it is started is started by the runner, and spoken to over stdio.
 */
export async function withLocal(spec: string, options: TargetOptions, use: Use): Promise<number> {
  const { given, userArgs } = options
  const plan = planOf({ spec, given, userArgs: [...userArgs] }, process.cwd(), process.env)
  applyEnvironment(plan.settings, process.cwd(), process.env)
  const { shown } = plan.entry
  const { log } = new Output('warning', 'text')
  const loadLimit = plan.settings.loadTimeout.value * 1000
  const abort = new AbortController()
  return serveInProcess({ file: shown, loadLimit, log }, async (owner) => {
    const { loaded } = await loadPlan(plan, owner)
    const source = loaded.kind === 'runnable' || loaded.source.appOnly ? undefined : loaded.source
    const to = source
      ? serveInMemory(source, log, () => source.close())
      : runnerCommand(spec, await loadingWords(plan))
    const { input, output } = owner.stdio
    const interrupt = () => owner.stop({ code: 0, signal: 'SIGINT' })
    const surroundings = { signal: abort.signal, interrupt, timeout: options.timeout, input, output }
    const { exportName } = loaded
    const server = loaded.kind === 'source' ? loaded.server : undefined
    const used = useClient(
      { to, era: 'legacy', label: shown, source, exportName, server, ...surroundings },
      use,
    )
    const close = async () => {
      abort.abort()
      await used.catch(() => undefined)
      return false
    }
    return { running: { url: undefined, close }, until: used }
  })
}
