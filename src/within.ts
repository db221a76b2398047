/** What a promise comes to, or `late` where that takes more than so many milliseconds. It fails as the promise does. */
export async function within<T, L>(promise: Promise<T>, limit: number, late: L): Promise<T | L> {
  let timer: NodeJS.Timeout | undefined
  const expired = new Promise<L>((resolve) => {
    timer = setTimeout(resolve, limit, late)
  })
  try {
    return await Promise.race([promise, expired])
  } finally {
    clearTimeout(timer)
  }
}
