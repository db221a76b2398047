/** Does something so many times, sixteen at once. */
export async function inLanes(times: number, act: (nth: number) => Promise<void>): Promise<void> {
  let next = 0
  const lane = async () => {
    while (next < times) await act(next++)
  }
  await Promise.all(Array.from({ length: 16 }, lane))
}
