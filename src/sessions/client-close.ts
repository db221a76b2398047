import type { Channel } from '../protocol/channel.ts'

/** Does something when the client has gone, after whoever was told before. */
export function onClientClose(channel: Channel, act: () => unknown): void {
  const before = channel.onclose
  channel.onclose = () => {
    before?.()
    act()
  }
}
