import type { MessagePort } from 'node:worker_threads'
import { receiveMessageOnPort } from 'node:worker_threads'
import {
  isReplaced,
  isSame,
  type LoadContext,
  type Loaded,
  type ResolveContext,
  type Resolved,
} from '../../patches/node/hooks.ts'
import { OwnModules } from '../pack/own-modules.ts'
import { ModuleHooks } from './module-hooks.ts'
import type { ThreadMessage, ThreadReport } from './thread-messages.ts'

// Node 20 runs hooks on ES modules in a thread of its own, which loads this.
const bundled = new Map<string, readonly string[]>()
const state = { bundled, main: undefined as string | undefined, capture: false, debugged: false, alone: true }
const own = new OwnModules((url) => state.alone && bundled.has(url))
const hooks = new ModuleHooks(own, state)
let port: MessagePort | undefined

/** Called with what `Module.register` was given. */
export function initialize(data: { port: MessagePort; known: ThreadMessage }): void {
  port = data.port
  port.on('message', obey)
  obey(data.known)
}

function obey({ pack, begin, names = {}, maps = {}, collect, ...rest }: ThreadMessage): void {
  if (begin !== undefined) own.begin(begin)
  if (pack) own.pack.adopt(pack)
  for (const [url, map] of Object.entries(maps)) own.pack.maps.set(url, map)
  for (const [url, list] of Object.entries(names)) bundled.set(url, list)
  Object.assign(state, rest)
  if (collect) port?.postMessage(report())
}

function report(): ThreadReport {
  const { pack, project, faults } = own
  return {
    pack: pack.content(),
    maps: Object.fromEntries(pack.maps),
    changed: pack.changed,
    stamps: project.lookup.stamps,
    absent: project.lookup.absent,
    faults: [...faults].map(([url, { message, details }]) => ({ url, message, details })),
  }
}

/** What the process has said comes before what it imports after that. */
function listen(): void {
  for (let told = port && receiveMessageOnPort(port); told; told = port && receiveMessageOnPort(port))
    obey(told.message)
}

/** Node's `resolve` hook. */
export async function resolve(
  spec: string,
  context: ResolveContext,
  next: (spec: string, context: ResolveContext) => Promise<Resolved>,
): Promise<Resolved> {
  listen()
  const found = hooks.resolve(spec, context)
  if (found) return found.shortCircuit ? found : watched(found.url, spec, context, next)
  try {
    const usual = await next(spec, context)
    hooks.resolved(spec, context, usual)
    return usual
  } catch (error) {
    const instead = hooks.missing(spec, context, error)
    if (instead) return instead
    throw error
  }
}

/** Lets hooks that were registered before see a name as it is written. */
async function watched(
  url: string,
  spec: string,
  context: ResolveContext,
  next: (spec: string, context: ResolveContext) => Promise<Resolved>,
): Promise<Resolved> {
  const found = await next(spec, context).catch(() => undefined)
  return found && isSame(found.url, url) ? found : next(url, context)
}

/** Node's `load` hook. CommonJS comes without its source here, and is seen to where it is compiled. */
export async function load(
  url: string,
  context: LoadContext,
  next: (url: string, context: LoadContext) => Promise<Loaded>,
): Promise<Loaded> {
  listen()
  if (!bundled.has(url)) await own.ready(url)
  const found = hooks.load(url, context)
  if (!found) return hooks.loaded(url, await next(url, context))
  if (found.shortCircuit) return found
  // Node itself may not know such a file.
  const others = await next(url, context).catch(() => undefined)
  return others && isReplaced(url, others) ? others : { ...found, shortCircuit: true }
}
