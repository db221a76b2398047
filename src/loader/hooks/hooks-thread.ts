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
import type { Stamp } from '../meaning/stamps.ts'
import type { Packed } from '../pack/pack.ts'
import { ModuleHooks, type News } from './module-hooks.ts'

/** What this thread has resolved, compiled and failed to compile. */
export interface ThreadReport {
  readonly pack: Packed
  readonly maps: Readonly<Record<string, string>>
  readonly changed: boolean
  readonly seen: readonly string[]
  readonly stamps: readonly Stamp[]
  readonly absent: readonly string[]
  readonly faults: readonly { url: string; message: string; details: readonly string[] }[]
}

/** A message to this thread: news, or a request for a report. */
export type ThreadMessage = News | 'report'

// Node 20 runs ES module hooks in a thread of its own, which loads this file.
const hooks = new ModuleHooks()
let port: MessagePort | undefined

/** Called with the data passed to `Module.register`. */
export function initialize(data: { port: MessagePort; known: News }): void {
  port = data.port
  port.on('message', hear)
  hooks.learn(data.known)
}

function hear(message: ThreadMessage): void {
  if (message === 'report') port?.postMessage(report())
  else hooks.learn(message)
}

function report(): ThreadReport {
  const { pack, project, faults } = hooks.own
  return {
    pack: pack.content(),
    maps: Object.fromEntries(pack.maps),
    changed: pack.changed,
    seen: [...hooks.seen],
    stamps: project.lookup.stamps,
    absent: project.lookup.absent,
    faults: [...faults].map(([url, { message, details }]) => ({ url, message, details })),
  }
}

/** Processes messages that the main thread sent before this import. */
function listen(): void {
  for (let told = port && receiveMessageOnPort(port); told; told = port && receiveMessageOnPort(port))
    hear(told.message)
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

/** Lets previously registered hooks see the original specifier. */
async function watched(
  url: string,
  spec: string,
  context: ResolveContext,
  next: (spec: string, context: ResolveContext) => Promise<Resolved>,
): Promise<Resolved> {
  const found = await next(spec, context).catch(() => undefined)
  return found && isSame(found.url, url) ? found : next(url, context)
}

/** Node's `load` hook. CommonJS has no source here, and is handled when it is compiled. */
export async function load(
  url: string,
  context: LoadContext,
  next: (url: string, context: LoadContext) => Promise<Loaded>,
): Promise<Loaded> {
  listen()
  await hooks.own.ready(url)
  const found = hooks.load(url, context)
  if (!found) return hooks.loaded(url, await next(url, context))
  if (found.shortCircuit) return found
  // Node itself may not support such a file.
  const others = await next(url, context).catch(() => undefined)
  return others && isReplaced(url, others) ? others : { ...found, shortCircuit: true }
}
