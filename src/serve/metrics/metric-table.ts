/** One metric, declared once: both the exposition and `docs/metrics.md` are made from this table. */
export interface Metric {
  /** The Prometheus name, with the unit last. */
  readonly name: string
  readonly type: 'counter' | 'gauge' | 'histogram'
  readonly help: string
  /** The label names, in the order of their values. */
  readonly labels: readonly string[]
  /** Upper bounds in seconds, for a histogram. */
  readonly buckets?: readonly number[]
}

/** The buckets of the OpenTelemetry conventions for MCP, and three smaller ones for answers from memory. */
const callBuckets = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60, 120, 300]

const storeBuckets = [0.0001, 0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5]

/** Everything that `/metrics` exposes. */
export const metricTable = {
  info: {
    name: 'fastmcp_info',
    type: 'gauge',
    help: 'Always 1; the version of fastmcp and of Node.',
    labels: ['version', 'node'],
  },
  sessions: { name: 'fastmcp_sessions', type: 'gauge', help: 'Sessions held by this process.', labels: [] },
  sessionsOpened: {
    name: 'fastmcp_sessions_opened_total',
    type: 'counter',
    help: 'Sessions that clients have opened here.',
    labels: [],
  },
  sessionsAdopted: {
    name: 'fastmcp_sessions_adopted_total',
    type: 'counter',
    help: 'Sessions that have come back from the store.',
    labels: [],
  },
  inFlight: {
    name: 'fastmcp_requests_in_flight',
    type: 'gauge',
    help: 'Requests being answered.',
    labels: [],
  },
  streams: {
    name: 'fastmcp_streams',
    type: 'gauge',
    help: 'Open event streams; subscriptions are those of subscriptions/listen.',
    labels: ['kind'],
  },
  calls: {
    name: 'fastmcp_tool_calls_total',
    type: 'counter',
    help: 'Tool calls that have ended. A tool that the server does not list is other.',
    labels: ['tool', 'outcome'],
  },
  callSeconds: {
    name: 'fastmcp_tool_call_duration_seconds',
    type: 'histogram',
    help: 'From the arrival of a tool call to its answer.',
    labels: ['tool'],
    buckets: callBuckets,
  },
  requests: {
    name: 'fastmcp_requests_total',
    type: 'counter',
    help: 'MCP requests that have ended, tool calls among them. A method that is not of MCP is other.',
    labels: ['method', 'outcome'],
  },
  httpRequests: {
    name: 'fastmcp_http_requests_total',
    type: 'counter',
    help: 'HTTP requests that have ended, probes among them.',
    labels: ['method', 'status'],
  },
  storeSeconds: {
    name: 'fastmcp_store_operation_duration_seconds',
    type: 'histogram',
    help: 'What the store took, with --store.',
    labels: ['operation'],
    buckets: storeBuckets,
  },
  storeErrors: {
    name: 'fastmcp_store_errors_total',
    type: 'counter',
    help: 'Operations that the store has failed, with --store.',
    labels: ['operation'],
  },
  loopMean: {
    name: 'nodejs_eventloop_lag_mean_seconds',
    type: 'gauge',
    help: 'How late timers were since the scrape before, on average.',
    labels: [],
  },
  loopP99: {
    name: 'nodejs_eventloop_lag_p99_seconds',
    type: 'gauge',
    help: 'How late 99 % of timers were at most since the scrape before.',
    labels: [],
  },
  loopMax: {
    name: 'nodejs_eventloop_lag_max_seconds',
    type: 'gauge',
    help: 'How late any timer was since the scrape before.',
    labels: [],
  },
  resident: {
    name: 'process_resident_memory_bytes',
    type: 'gauge',
    help: 'Resident memory of this process.',
    labels: [],
  },
  heapUsed: { name: 'nodejs_heap_size_used_bytes', type: 'gauge', help: 'Heap in use.', labels: [] },
  heapTotal: {
    name: 'nodejs_heap_size_total_bytes',
    type: 'gauge',
    help: 'Heap that has been taken.',
    labels: [],
  },
  external: {
    name: 'nodejs_external_memory_bytes',
    type: 'gauge',
    help: 'Memory outside the heap, such as buffers.',
    labels: [],
  },
  cpu: { name: 'process_cpu_seconds_total', type: 'counter', help: 'CPU time of this process.', labels: [] },
  started: {
    name: 'process_start_time_seconds',
    type: 'gauge',
    help: 'When this process was started, since the epoch.',
    labels: [],
  },
} as const satisfies Record<string, Metric>

export type MetricKey = keyof typeof metricTable
