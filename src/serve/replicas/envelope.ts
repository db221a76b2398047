import { createPublicKey, diffieHellman, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { keyFrom, openBytes, sealBytes } from '../../store/redis/seal.ts'

/** Encrypts the messages of two processes about one request, so that only these two can read them. */
export interface Envelope {
  close(bytes: Buffer, about: string): string
  /** @throws Error if it was not sealed by the other process. */
  open(sealed: string, about: string): Buffer
}

/** A process's key pair for requests; the public half is shared with the other processes. */
export class EnvelopeKey {
  readonly #pair = generateKeyPairSync('x25519')
  readonly text = textOf(this.#pair.publicKey)

  /** @param ephemeral the ephemeral public key that came with a request for this process. */
  openFor(ephemeral: string): Envelope {
    return envelopeOf(this.#pair.privateKey, keyOf(ephemeral))
  }
}

/**
 * Creates the envelope for a request to a process and for its response. @returns the envelope with the ephemeral key
 * that the receiver needs to open it.
 */
export function sealFor(recipient: string): Envelope & { readonly ephemeral: string } {
  const { publicKey, privateKey } = generateKeyPairSync('x25519')
  return { ...envelopeOf(privateKey, keyOf(recipient)), ephemeral: textOf(publicKey) }
}

function envelopeOf(privateKey: KeyObject, publicKey: KeyObject): Envelope {
  const key = keyFrom(diffieHellman({ privateKey, publicKey }), 'fastmcp request')
  return {
    close: (bytes, about) => sealBytes(key, bytes, about).toString('base64'),
    open: (sealed, about) => openBytes(key, Buffer.from(sealed, 'base64'), about),
  }
}

const textOf = (key: KeyObject) => key.export({ type: 'spki', format: 'der' }).toString('base64')

const keyOf = (text: string) =>
  createPublicKey({ key: Buffer.from(text, 'base64'), type: 'spki', format: 'der' })
