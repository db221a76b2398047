/** What part of it is done, for a quick look. */
const part = Number(process.env.FASTMCP_LOAD_PART ?? 1)

/** Does something so many times, so many at once, and tells of each time that failed. Returns how often it was done. */
export async function each(
  whole: number,
  atOnce: number,
  act: (index: number) => Promise<void>,
  wrong: (what: string) => void,
): Promise<number> {
  const times = Math.ceil(whole * part)
  let next = 0
  const worker = async () => {
    while (next < times) {
      try {
        await act(next++)
      } catch (error) {
        wrong(error instanceof Error ? error.message.slice(0, 80) : 'failed')
        // A server that is gone would be asked thousands of times in a second.
        await new Promise((resolve) => setTimeout(resolve, 5))
      }
    }
  }
  await Promise.all(Array.from({ length: atOnce }, worker))
  return times
}

/** Fails with what came instead. */
export function expect(right: boolean, what: string): void {
  if (!right) throw new Error(what)
}
