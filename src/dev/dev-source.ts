import type { Opening, OpenServer, ServerSource } from '../source.ts'
import { Conversation, type ConversationEvents } from './conversation.ts'
import type { Supervisor } from './supervisor.ts'
import { requestToWire } from './wire-request.ts'

/**
 * The server source that the front serves: whatever generation is the current one. It answers for all of them,
 * so that transports and sessions never notice a reload.
 */
export function devSource(supervisor: Supervisor, called: ConversationEvents['called']): ServerSource {
  let count = 0
  const events: ConversationEvents = {
    called: (conversation, call) => {
      if ('result' in call.response) supervisor.prove()
      called(conversation, call)
    },
    ended: (conversation) => void supervisor.conversations.delete(conversation),
  }
  return {
    get name() {
      return supervisor.about?.name ?? 'server'
    },
    get version() {
      return supervisor.about?.version
    },
    get counts() {
      return new Map(supervisor.about?.counts ?? [])
    },
    // Whatever the user's server is, it is reached by sessions; modern clients are served through hidden ones.
    sdk: 'v1',
    sdkCopy: undefined,
    routes: [],
    open: async (opening) => open(opening),
    onChange: (listener) => supervisor.onChange(listener),
    close: () => supervisor.close(),
  }

  async function open({ era, lasting, sessionId, request, authInfo }: Opening): Promise<OpenServer> {
    const wire = requestToWire(request)
    const opening = {
      era,
      lasting,
      sessionId,
      request: wire && { ...wire, ...(authInfo !== undefined && { authInfo }) },
    }
    const conversation = new Conversation(++count, opening, events, () => supervisor.unavailable)
    return {
      product: conversation.product,
      connect: async (channel) => {
        await conversation.connect(channel)
        supervisor.conversations.add(conversation)
        if (supervisor.current) await conversation.moveTo(supervisor.current)
      },
      close: () => conversation.close(),
    }
  }
}
