import type { Journey } from './journey.ts'
import { askDev } from './journeys/ask-dev.ts'
import { askModern } from './journeys/ask-modern.ts'
import { askNoStream } from './journeys/ask-no-stream.ts'
import { askSave } from './journeys/ask-save.ts'
import { askState } from './journeys/ask-state.ts'
import { askStdio } from './journeys/ask-stdio.ts'
import { askStream } from './journeys/ask-stream.ts'
import { buildHttp } from './journeys/build-http.ts'
import { buildSse } from './journeys/build-sse.ts'
import { buildStdio } from './journeys/build-stdio.ts'
import { call } from './journeys/call.ts'
import { cancel } from './journeys/cancel.ts'
import { change } from './journeys/change.ts'
import { changeModern } from './journeys/change-modern.ts'
import { devHttp } from './journeys/dev-http.ts'
import { devSse } from './journeys/dev-sse.ts'
import { devStdio } from './journeys/dev-stdio.ts'
import { exec } from './journeys/exec.ts'
import { extend } from './journeys/extend.ts'
import { extendDev } from './journeys/extend-dev.ts'
import { extendExec } from './journeys/extend-exec.ts'
import { extendMcpJson } from './journeys/extend-mcp-json.ts'
import { extendUrl } from './journeys/extend-url.ts'
import { inspect } from './journeys/inspect.ts'
import { install } from './journeys/install.ts'
import { list } from './journeys/list.ts'
import { liveDev } from './journeys/live-dev.ts'
import { mcpJson } from './journeys/mcp-json.ts'
import { progress } from './journeys/progress.ts'
import { reloadHttp } from './journeys/reload-http.ts'
import { reloadSse } from './journeys/reload-sse.ts'
import { reloadStdio } from './journeys/reload-stdio.ts'
import { runHttp } from './journeys/run-http.ts'
import { runSse } from './journeys/run-sse.ts'
import { runStdio } from './journeys/run-stdio.ts'
import { task } from './journeys/task.ts'
import { taskSave } from './journeys/task-save.ts'
import { url } from './journeys/url.ts'

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
  buildStdio,
  buildHttp,
  buildSse,
  inspect,
  list,
  call,
  install,
  exec,
  url,
  mcpJson,
  askStdio,
  askStream,
  askNoStream,
  askModern,
  askDev,
  askSave,
  askState,
  extend,
  extendDev,
  extendExec,
  extendUrl,
  extendMcpJson,
  cancel,
  progress,
  change,
  changeModern,
  liveDev,
  task,
  taskSave,
]
