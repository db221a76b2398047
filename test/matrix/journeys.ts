import type { Journey } from './journey.ts'
import { devHttp } from './journeys/dev-http.ts'
import { devSse } from './journeys/dev-sse.ts'
import { devStdio } from './journeys/dev-stdio.ts'
import { reloadHttp } from './journeys/reload-http.ts'
import { reloadSse } from './journeys/reload-sse.ts'
import { reloadStdio } from './journeys/reload-stdio.ts'
import { runHttp } from './journeys/run-http.ts'
import { runSse } from './journeys/run-sse.ts'
import { runStdio } from './journeys/run-stdio.ts'

/** The columns, in the order in which they are shown. */
export const journeys: readonly Journey[] = [
  runStdio,
  runHttp,
  runSse,
  devStdio,
  devHttp,
  devSse,
  reloadStdio,
  reloadHttp,
  reloadSse,
]
