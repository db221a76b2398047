import { define, flag, integer, ownEnv } from './option.ts'

/** The options for whoever keeps a server running for others. */
export const operatorOptions = {
  drainDelay: define<number>({
    name: 'drainDelay',
    value: 'seconds',
    group: 'HTTP',
    help: 'on a stop, serve for this long while /readyz is 503, so that balancers look elsewhere',
    env: ownEnv('drainDelay'),
    config: true,
    code: true,
    default: 0,
    parse: integer(0, 3600),
  }),
  accessLog: define<boolean>({
    name: 'accessLog',
    group: 'HTTP',
    help: 'log a line for each request; --log-level debug does too',
    env: ownEnv('accessLog'),
    config: true,
    code: true,
    default: false,
    parse: flag,
  }),
} as const
