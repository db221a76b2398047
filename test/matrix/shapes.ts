import type { Shape } from './shape.ts'
import { byHand } from './shapes/by-hand.ts'
import { exec } from './shapes/exec.ts'
import { fastmcp } from './shapes/fastmcp.ts'
import { fastmcpRun } from './shapes/fastmcp-run.ts'
import { mcpFramework } from './shapes/mcp-framework.ts'
import { mcpJson } from './shapes/mcp-json.ts'
import { mcpUse } from './shapes/mcp-use.ts'
import { missingImport } from './shapes/missing-import.ts'
import { nest } from './shapes/nest.ts'
import { opensPort } from './shapes/opens-port.ts'
import { installedPackage } from './shapes/package.ts'
import { punkpeye } from './shapes/punkpeye.ts'
import { takesLock } from './shapes/takes-lock.ts'
import { tmcpExport } from './shapes/tmcp-export.ts'
import { tmcpStdio } from './shapes/tmcp-stdio.ts'
import { url } from './shapes/url.ts'
import { v1AwaitConnect } from './shapes/v1-await-connect.ts'
import { v1Bin } from './shapes/v1-bin.ts'
import { v1BundledGuard } from './shapes/v1-bundled-guard.ts'
import { v1ConnectCjs } from './shapes/v1-connect-cjs.ts'
import { v1Export } from './shapes/v1-export.ts'
import { v1ExportApp } from './shapes/v1-export-app.ts'
import { v1ExportCjs } from './shapes/v1-export-cjs.ts'
import { v1ExportCts } from './shapes/v1-export-cts.ts'
import { v1ExportDefault } from './shapes/v1-export-default.ts'
import { v1ExportMcp } from './shapes/v1-export-mcp.ts'
import { v1ExportNamed } from './shapes/v1-export-named.ts'
import { v1Express } from './shapes/v1-express.ts'
import { v1ExpressSessions } from './shapes/v1-express-sessions.ts'
import { v1Factory } from './shapes/v1-factory.ts'
import { v1FactoryAsync } from './shapes/v1-factory-async.ts'
import { v1Fastify } from './shapes/v1-fastify.ts'
import { v1GuardEsMain } from './shapes/v1-guard-es-main.ts'
import { v1GuardExportStar } from './shapes/v1-guard-export-star.ts'
import { v1GuardMetaMain } from './shapes/v1-guard-meta-main.ts'
import { v1GuardPath } from './shapes/v1-guard-path.ts'
import { v1GuardRequire } from './shapes/v1-guard-require.ts'
import { v1GuardUrl } from './shapes/v1-guard-url.ts'
import { v1GuardedExport } from './shapes/v1-guarded-export.ts'
import { v1Helpers } from './shapes/v1-helpers.ts'
import { v1Http } from './shapes/v1-http.ts'
import { v1Https } from './shapes/v1-https.ts'
import { v1Koa } from './shapes/v1-koa.ts'
import { v1Low } from './shapes/v1-low.ts'
import { v1MainCatch } from './shapes/v1-main-catch.ts'
import { v1Minified } from './shapes/v1-minified.ts'
import { v1OwnConfig } from './shapes/v1-own-config.ts'
import { v1Tasks } from './shapes/v1-tasks.ts'
import { v2Apps } from './shapes/v2-apps.ts'
import { v2AwaitConnect } from './shapes/v2-await-connect.ts'
import { v2Export } from './shapes/v2-export.ts'
import { v2Factory } from './shapes/v2-factory.ts'
import { v2FactoryCleanup } from './shapes/v2-factory-cleanup.ts'
import { v2Guard } from './shapes/v2-guard.ts'
import { v2HandlerExport } from './shapes/v2-handler-export.ts'
import { v2HandlerListen } from './shapes/v2-handler-listen.ts'
import { v2Hono } from './shapes/v2-hono.ts'
import { v2HonoServe } from './shapes/v2-hono-serve.ts'
import { v2Low } from './shapes/v2-low.ts'
import { v2Minified } from './shapes/v2-minified.ts'
import { v2ServeStdio } from './shapes/v2-serve-stdio.ts'
import { v2Skills } from './shapes/v2-skills.ts'
import { v2State } from './shapes/v2-state.ts'
import { v2Tasks } from './shapes/v2-tasks.ts'
import { worker } from './shapes/worker.ts'
import { workspace } from './shapes/workspace.ts'
import { xmcpOutput } from './shapes/xmcp-output.ts'
import { xmcpProject } from './shapes/xmcp-project.ts'

/** The rows, in the order in which they are shown. */
export const shapes: readonly Shape[] = [
  v1Export,
  v1ExportMcp,
  v1ExportApp,
  v1ExportDefault,
  v1ExportNamed,
  v1ExportCjs,
  v1ExportCts,
  v1Low,
  v1Factory,
  v1FactoryAsync,
  v1AwaitConnect,
  v1MainCatch,
  v1ConnectCjs,
  v1Helpers,
  v1GuardUrl,
  v1GuardPath,
  v1GuardRequire,
  v1GuardEsMain,
  v1GuardMetaMain,
  v1GuardedExport,
  v1GuardExportStar,
  v1BundledGuard,
  v1Minified,
  v2Minified,
  v1OwnConfig,
  v1Bin,
  v1Express,
  v1ExpressSessions,
  v1Http,
  v1Https,
  v1Fastify,
  v1Koa,
  v2Export,
  v2Low,
  v2Factory,
  v2FactoryCleanup,
  v2AwaitConnect,
  v2ServeStdio,
  v2Guard,
  v2HandlerListen,
  v2HandlerExport,
  v2Hono,
  v2HonoServe,
  v1Tasks,
  v2Tasks,
  v2State,
  v2Skills,
  v2Apps,
  opensPort,
  takesLock,
  missingImport,
  workspace,
  installedPackage,
  fastmcp,
  fastmcpRun,
  tmcpExport,
  tmcpStdio,
  punkpeye,
  mcpFramework,
  xmcpOutput,
  nest,
  mcpUse,
  exec,
  url,
  mcpJson,
  byHand,
  xmcpProject,
  worker,
]
