/** One server-sent event. */
export interface Message {
  /** The last id sent so far; empty if there was none. */
  id: string
  /** Its name. */
  event: string
  data: string
}

/**
 * Decodes server-sent events from text that arrives in pieces, as the HTML standard describes
 * them (9.2.6), except `retry`, which PropFlow does not send.
 */
export class MessageDecoder {
  #rest = ''
  #id: string
  #lastId: string
  #event = ''
  #data: string[] = []

  /** lastId is the event after which the stream starts; empty if there is none. */
  constructor(lastId = '') {
    this.#id = lastId
    this.#lastId = lastId
  }

  /** The last id sent so far, with an event or alone; empty if there was none. */
  get lastId(): string {
    return this.#lastId
  }

  /** Returns the events that are complete with this piece. */
  push(piece: string): Message[] {
    // A \r at the end of the piece may be half of a \r\n, so it stays in the rest.
    const lines = (this.#rest + piece).split(/\r\n|\n|\r(?!$)/)
    this.#rest = lines.pop() ?? ''
    const messages: Message[] = []
    for (const line of lines) {
      if (line !== '') {
        this.#read(line)
        continue
      }
      this.#lastId = this.#id
      if (this.#data.length > 0) {
        messages.push({ id: this.#id, event: this.#event || 'message', data: this.#data.join('\n') })
      }
      this.#event = ''
      this.#data = []
    }
    return messages
  }

  #read(line: string): void {
    const colon = line.indexOf(':')
    const field = colon < 0 ? line : line.slice(0, colon)
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '')
    switch (field) {
      case 'id':
        if (!value.includes('\0')) {
          this.#id = value
        }
        break
      case 'event':
        this.#event = value
        break
      case 'data':
        this.#data.push(value)
        break
    }
  }
}
