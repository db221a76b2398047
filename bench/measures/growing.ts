import { readFileSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { clientV2, connectV2 } from '../../test/support/clients.ts'
import { start } from '../../test/support/program.ts'
import type { Contestant } from '../harness/row.ts'
import { editedExport } from '../servers/by-hand.ts'

/** Saves before anything is counted, and those that are; two within the pause would count as one. */
const saves = { before: 20, counted: 60, pause: 200 }

/** What each save adds to the memory of the front of `fastmcp dev` that is no file of Node's, in KiB (Linux). */
export const frontOverSaves: Contestant = {
  name: 'dev over many saves',
  open: (lab) => {
    lab.write({ 'grown/server.ts': editedExport(0) })
    return {
      round: async () => {
        const words = lab.ours('dev', 'server.ts', '--no-inspector', '-p', '0')
        await using dev = start(process.execPath, words, { cwd: lab.path('grown'), env: lab.env })
        const [, url = ''] = await dev.until(/listening on (\S+)/)
        let heard: () => void = () => undefined
        const client = clientV2()
        client.setNotificationHandler('notifications/tools/list_changed', () => heard())
        await connectV2({ http: new URL(url) }, client)
        let version = 0
        const save = async (count: number) => {
          for (let at = 0; at < count; at++) {
            const changed = new Promise<void>((resolve) => {
              heard = resolve
            })
            lab.write({ 'grown/server.ts': editedExport(++version) })
            await changed
            await delay(saves.pause)
          }
          return anonymousOf(dev.child.pid ?? 0)
        }
        const before = await save(saves.before)
        const after = await save(saves.counted)
        await client.close()
        return { amount: (after - before) / saves.counted }
      },
    }
  },
}

const anonymousOf = (pid: number): number =>
  Number(/RssAnon:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1])
