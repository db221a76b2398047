/** Why a flow comes back to a folder more than twice: a sentence for each flow and folder. */
export const again: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  save: {
    'dev/handle':
      "it is the front's end of each generation: the next one is told to load and to take over, another is started, and what they say comes in there.",
    'serve/bridge':
      'a hidden session reads the lists, and as a client of its own it sends, hears the answer and closes.',
    sessions:
      'each message of that hidden session passes the session behind it on its way in, and out again.',
    'sessions/derived':
      'whatever reaches the server, from the hidden session and from each conversation that moves here, goes through the object that is derived from the exported one.',
  },
  install: {
    serve:
      'a server is served to a client in the same process: the process is taken, messages are read, and all is given back.',
    sessions: "the client's introduction passes the session in both directions, and the end closes it.",
    'sessions/derived':
      'the loader and `connect()` both look whether the object is a server, and each message goes through the object that is derived from it.',
    transports:
      'both ends of the conversation are in this process, so that each message and the end are taken twice.',
  },
  'ask-modern': {
    'serve/bridge':
      "it answers for the SDK's handler, is the client of the hidden session, and hears of the question that suspends the call.",
    sessions:
      'behind the request there is a session of its own, and beside it what is suspended until the client comes back.',
  },
}
