import type { ChainableCommander, Cluster } from 'ioredis'
import { publishTo } from './speaker.ts'

/** Results in the format of a pipeline. */
export type Answers = [error: Error | null, value: unknown][]

/** Sends the commands of a pipeline separately: a pipeline goes to one node, but its keys may be on several. */
export async function apart(
  client: Cluster,
  build: (pipeline: ChainableCommander) => ChainableCommander,
): Promise<Answers> {
  const sent: Promise<unknown>[] = []
  const send = async (name: string | symbol, args: unknown[]): Promise<unknown> => {
    const command: unknown = Reflect.get(client, name)
    if (typeof command !== 'function') throw new Error(String(name))
    return command.apply(client, args)
  }
  const recorder: object = new Proxy(
    {},
    {
      get:
        (_, name) =>
        (...args: unknown[]) => {
          sent.push(
            name === 'publish' ? publishTo(client, String(args[0]), String(args[1])) : send(name, args),
          )
          return recorder
        },
    },
  )
  build(recorder as ChainableCommander)
  const settled = await Promise.allSettled(sent)
  return settled.map((one) =>
    one.status === 'fulfilled' ? [null, one.value] : [one.reason as Error, undefined],
  )
}
