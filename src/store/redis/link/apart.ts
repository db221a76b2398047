import type { ChainableCommander, Cluster } from 'ioredis'

/** Answers as a pipeline has them. */
export type Answers = [error: Error | null, value: unknown][]

/** Sends each command of what would be one pipeline by itself: a pipeline goes to one node, and its keys may be at several. */
export async function apart(
  client: Cluster,
  build: (pipeline: ChainableCommander) => ChainableCommander,
): Promise<Answers> {
  const sent: Promise<unknown>[] = []
  const recorder: object = new Proxy(
    {},
    {
      get:
        (_, name) =>
        (...args: unknown[]) => {
          const command: unknown = Reflect.get(client, name)
          sent.push(
            typeof command === 'function'
              ? command.apply(client, args)
              : Promise.reject(new Error(String(name))),
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
