import type { RunOptions } from 'fastmcp-cli'
import type { RunOptionName, RunValues, runOptions } from '../../src/options/run-options.ts'
import { same } from './same.ts'

/** The options that the table lets code give. */
type CodeOption = {
  [K in RunOptionName]: (typeof runOptions)[K] extends { code: true } ? K : never
}[RunOptionName]

/** What the table makes of them, where it is not what people write: lists that stay as they are, and short forms. */
type Written = Omit<
  Pick<RunValues, CodeOption>,
  | 'transport'
  | 'allowedHosts'
  | 'allowedOrigins'
  | 'health'
  | 'maxBody'
  | 'jwtAudience'
  | 'introspectAudience'
> & {
  transport: RunValues['transport'] | 'http'
  allowedHosts: Readonly<RunValues['allowedHosts']>
  allowedOrigins: Readonly<RunValues['allowedOrigins']>
  health: RunValues['health'] | boolean
  maxBody: RunValues['maxBody'] | string
  jwtAudience: string | Readonly<RunValues['jwtAudience']>
  introspectAudience: string | Readonly<RunValues['introspectAudience']>
}

same<keyof RunOptions, CodeOption>()
same<Required<RunOptions>, { [K in CodeOption]: Exclude<Written[K], undefined> }>()
