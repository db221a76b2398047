import { keepCompiledModules } from '../files/cache-folder.ts'
import { takeParentLine } from '../patches/node/parent-line.ts'
import { loadPlan } from '../runner/load-plan.ts'
import type { Plan } from '../runner/plan.ts'
import { serveInProcess } from '../serve/lifecycle.ts'
import { CliError, exitCodes, stackOf } from '../terminal/errors.ts'
import { Output } from '../terminal/output.ts'
import type { LoadReport } from './load-apart.ts'

// What `fastmcp build` loads a server in.
keepCompiledModules()
const send = takeParentLine<Plan, LoadReport>((plan) => void begin(plan))

async function begin(plan: Plan): Promise<void> {
  // Only what user code does may keep the process busy, so that it can be seen to have nothing left to do.
  process.channel?.unref()
  try {
    await loadHere(plan)
  } catch (error) {
    await send({ fault: faultOf(error) })
    process.exit()
  }
}

/** Waits, once it has loaded, for the signal to stop. */
function loadHere(plan: Plan): Promise<number> {
  const { log } = new Output('warning', 'text')
  const loadLimit = plan.settings.loadTimeout.value * 1000
  return serveInProcess({ file: plan.entry.shown, loadLimit, log }, async (owner) => {
    const { loaded } = await loadPlan(plan, owner)
    process.channel?.ref()
    const { file, exportName, hints } = loaded
    await send({ found: { file, exportName, hints } })
    const close = async () => {
      if (loaded.kind === 'source') await loaded.source.close()
      return true
    }
    return { running: { url: undefined, close } }
  })
}

const faultOf = (error: unknown) =>
  error instanceof CliError
    ? { exitCode: error.exitCode, message: error.message, details: error.details }
    : { exitCode: exitCodes.failed, message: stackOf(error), details: [] }
