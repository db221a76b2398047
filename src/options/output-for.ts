import { Output } from '../terminal/output.ts'
import type { Settings } from './resolve.ts'

/** The runner's voice as the settings want it: quiet on stdio, where some clients show stderr as errors. */
export function outputFor({ logLevel, logFormat, transport }: Settings): Output {
  const fallback = transport.value === 'stdio' ? 'warning' : 'info'
  return new Output(logLevel.value ?? fallback, logFormat.value)
}
