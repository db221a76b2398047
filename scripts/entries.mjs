// What the build starts from.

/** Programs and modules that Node loads as files of their own, by the name they have in dist/. */
export const modules = {
  library: 'src/library/public.ts',
  generation: 'src/dev/generation/generation-main.ts',
  reaper: 'src/remote/program/reaper-worker.ts',
  'hooks-thread': 'src/loader/hooks/hooks-thread.ts',
  'run-script': 'src/loader/run-script.ts',
  'bundle-worker': 'src/loader/packages/bundle-worker.ts',
  'token-worker': 'src/serve/auth/tokens/token-worker.ts',
  'keyring-program': 'src/remote/login/keyring/keyring-program.ts',
  'build-loader': 'src/build/build-loader.ts',
  'serve-bundle': 'src/build/serve-bundle.ts',
}

/** The command line, and what starts it. */
export const cli = 'src/cli/cli.ts'
export const start = 'src/cli/start.ts'

/** The official client, for both. */
export const client = 'src/remote/official-client.ts'

/** Workers, which are scripts. */
export const scripts = {
  'user-worker': 'src/patches/node/user-worker.ts',
  'guard-worker': 'src/process/guard-worker.ts',
}
