import { takeValue } from '../../../src/transports/pipe.ts'
import { table } from '../../support/table.ts'

/** What comes of a value: a message to hand on, or an error to send back. */
const taken = (value: unknown) => {
  const done: unknown[] = []
  takeValue(
    value,
    (message) =>
      done.push(
        'id' in message && 'error' in message
          ? ['message', message.id, message.error.code]
          : ['message', message],
      ),
    ({ id, error }) => done.push(['refused', id, error.code]),
  )
  return done
}

const version = { jsonrpc: '2.0' }

table('takeValue', taken, [
  [{ ...version, id: 1, method: 'ping' }, [['message', { ...version, id: 1, method: 'ping' }]]],
  [{ ...version, method: 'note', more: 1 }, [['message', { ...version, method: 'note' }]]],
  [{ ...version, id: 1, result: {} }, [['message', { ...version, id: 1, result: {} }]]],
  [{ ...version, id: 1, method: 1 }, [['refused', 1, -32600]]],
  [{ ...version, id: 2 ** 60, method: 'ping' }, [['refused', 2 ** 60, -32600]]],
  [[], [['refused', null, -32600]]],
  ['text', [['refused', null, -32600]]],
  [null, [['refused', null, -32600]]],
  [
    { ...version, id: 1, result: 'text' },
    [['message', 1, -32600]],
    'whoever asked hears that the answer is broken',
  ],
  [{ ...version, id: 1, error: 'text' }, [['message', 1, -32600]]],
  [{ ...version, id: {}, result: {} }, [], 'an answer to nobody is not answered'],
  [{ ...version, id: 1 }, [['refused', 1, -32600]]],
])
