import { devOptions, reloadOptions } from '../options/dev-options.ts'
import { checkExternal, externalKind } from '../options/gateway-options.ts'
import { type ParsedArgs, parseRunArgs } from '../options/run-arguments.ts'
import type { Settings } from '../options/settings.ts'
import { defaultsOf, valuesOf } from '../options/values.ts'
import { applyEnvironment, type Plan, type PlanArgs, planOf } from '../runner/plan.ts'
import { wantsWorkers, workerOf } from '../runner/worker-role.ts'
import type { WorkerLink } from '../runner/workers/worker-link.ts'
import { usageError } from '../terminal/errors.ts'
import { printed } from '../terminal/output.ts'

/** `fastmcp run`: find the file, bind the port, load the file, serve what it exports, and stop in order. */
export async function run(argv: readonly string[], commands: readonly string[] = []): Promise<number> {
  const args = await withPackage(parseRunArgs(argv))
  const worker = await workerOf(process.env, args.given)
  if (args.help) return printed((await import('../options/help/run-help.ts')).runHelp())
  const gateway = await gatewayOf(args, worker)
  if (gateway) return gateway(commands)
  const plan = planOf(args, process.cwd(), process.env)
  if (plan.settings.printConfig.value)
    return printed((await import('../runner/print-config.ts')).configText(plan))
  const { reload, reloadDir, poll, inspect } = valuesOf(reloadOptions, args.given, process.env)
  if (reload) return serveAgain(args, plan, { watch: reloadDir, poll, debug: inspect })
  if (wantsWorkers(plan.settings) && !worker) return serveWithWorkers(plan.settings, inspect)
  applyEnvironment(plan.settings, process.cwd(), process.env)
  if (inspect !== undefined) await acceptDebugger(inspect)
  const { servePlan } = await import('../runner/serve-plan.ts')
  return servePlan({ ...plan, debugged: inspect !== undefined, ...(worker && { worker }) }, commands)
}

async function serveWithWorkers(settings: Settings, inspect?: number): Promise<number> {
  if (inspect !== undefined)
    throw usageError('--inspect has no effect with --workers, which are many processes. Leave one out.')
  return (await import('../runner/workers/serve-workers.ts')).serveWithWorkers(settings)
}

/** A package that is named by `npm:` is installed first, and then is a file like any other. */
async function withPackage(args: ParsedArgs): Promise<ParsedArgs> {
  if (!args.spec.startsWith('npm:') || args.help) return args
  const { npmPackageEntry } = await import('../npm/npm-package.ts')
  return { ...args, spec: await npmPackageEntry(args.spec, args.given.yes?.value === true) }
}

/** An external server is served without being loaded. */
async function gatewayOf(
  args: ParsedArgs,
  worker: WorkerLink | undefined,
): Promise<((commands: readonly string[]) => Promise<number>) | undefined> {
  if (args.given.exec === undefined && externalKind(args.spec) === undefined) return undefined
  const [{ externalServerOf }, { gatewaySettings, serveGateway }] = await Promise.all([
    import('../runner/external-server.ts'),
    import('../runner/serve-gateway.ts'),
  ])
  // A token may be in what the line says of the environment.
  const settings = gatewaySettings(args.given)
  applyEnvironment(settings, process.cwd(), process.env)
  const target = await externalServerOf(args, process.env)
  if (!target) return undefined
  checkExternal(args.given)
  return (commands) =>
    serveGateway(
      target,
      { spec: args.spec, settings },
      { commands, worker, withWorkers: (settings) => serveWithWorkers(settings) },
    )
}

/** `fastmcp run --reload` is `fastmcp dev` without its page, on the transport and port of `fastmcp run`. */
async function serveAgain(
  args: PlanArgs,
  first: Plan,
  asked: { watch: string[]; poll: boolean; debug: number | undefined },
): Promise<number> {
  if (args.given.workers)
    throw usageError('--workers has no effect with --reload, which serves new code at once. Leave one out.')
  if (args.given.redis)
    throw usageError('--redis has no effect with --reload, which serves new code at once. Leave one out.')
  const [cwd, env] = [process.cwd(), { ...process.env }]
  const options = { ...defaultsOf(devOptions), inspector: false, ...asked }
  const plan = () => planOf(args, cwd, env)
  const { serveDev } = await import('../dev/front/dev-serve.ts')
  return serveDev({ plan, first, options, portNamed: true, portFallback: false, cwd, env })
}

async function acceptDebugger(port: number): Promise<void> {
  const [{ default: inspector }, { freePort }] = await Promise.all([
    import('node:inspector'),
    import('../process/free-port.ts'),
  ])
  inspector.open(await freePort(port, true, '--inspect'), '127.0.0.1')
}
