// Has `run` start without its guard thread: its threads are nothing but their interface.
const { EventEmitter } = require('node:events')
const threads = require('node:worker_threads')

threads.Worker = class extends EventEmitter {
  unref() {}
  ref() {}
  postMessage() {}
  terminate() {
    return Promise.resolve(0)
  }
}
require('node:module').syncBuiltinESMExports()
