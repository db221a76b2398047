import assert from 'node:assert/strict'
import { test } from 'node:test'
import { exposed } from '../../../../src/serve/metrics/exposition.ts'
import { Metrics } from '../../../../src/serve/metrics/metrics.ts'
import { readExposition } from '../../../support/exposition.ts'

test('each kind of metric as the text format has it', () => {
  const about = { name: 'a_total', help: 'Back\\slash,\nline.', labels: ['tool'] }
  assert.equal(
    exposed({ ...about, type: 'counter' }, [{ values: ['a "b"\\\n\ud800'], value: 2 }]),
    '# HELP a_total Back\\\\slash,\\nline.\n# TYPE a_total counter\na_total{tool="a \\"b\\"\\\\\\n\ufffd"} 2\n',
  )
  const observed = { counts: [1, 0, 2], count: 4, sum: 7.5 }
  assert.equal(
    exposed({ name: 'a_seconds', type: 'histogram', help: 'Time.', labels: ['tool'], buckets: [0.1, 1, 2] }, [
      { values: ['x'], value: observed },
    ]),
    `# HELP a_seconds Time.
# TYPE a_seconds histogram
a_seconds_bucket{tool="x",le="0.1"} 1
a_seconds_bucket{tool="x",le="1"} 1
a_seconds_bucket{tool="x",le="2"} 3
a_seconds_bucket{tool="x",le="+Inf"} 4
a_seconds_sum{tool="x"} 7.5
a_seconds_count{tool="x"} 4
`,
  )
})

test('what is counted adds up, and what is on a bound is below it', () => {
  const metrics = new Metrics()
  metrics.count('calls', 'echo', 'ok')
  metrics.count('calls', 'echo', 'ok')
  metrics.count('calls', 'echo', 'error')
  for (const seconds of [0.001, 0.0011, 1000]) metrics.observe('callSeconds', seconds, 'echo')
  metrics.read('sessions', () => 7)
  const { series, types } = readExposition(metrics.text())
  const bucket = (le: string) =>
    series.get(`fastmcp_tool_call_duration_seconds_bucket{tool="echo",le="${le}"}`)
  assert.deepEqual(
    [
      series.get('fastmcp_tool_calls_total{tool="echo",outcome="ok"}'),
      series.get('fastmcp_tool_calls_total{tool="echo",outcome="error"}'),
      bucket('0.001'),
      bucket('0.002'),
      bucket('300'),
      bucket('+Inf'),
      series.get('fastmcp_sessions'),
      types.get('fastmcp_sessions_opened_total'),
    ],
    [2, 1, 1, 2, 2, 3, 7, 'counter'],
  )
})
