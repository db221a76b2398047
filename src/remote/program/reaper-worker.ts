import { createInterface } from 'node:readline'

// Started by `reaper.ts`: tracks processes, and kills the remaining ones when the pipe breaks.
const watched = new Set<number>()

createInterface({ input: process.stdin })
  .on('line', (line) => {
    const pid = Number(line.slice(1))
    if (line.startsWith('+')) watched.add(pid)
    else watched.delete(pid)
  })
  .on('close', () => {
    end('SIGTERM')
    setTimeout(() => end('SIGKILL'), 500)
  })

/** Signals each process group. */
function end(signal: NodeJS.Signals): void {
  for (const pid of watched) {
    try {
      process.kill(process.platform === 'win32' ? pid : -pid, signal)
    } catch {
      watched.delete(pid)
    }
  }
}
