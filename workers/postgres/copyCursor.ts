import type { Cursor } from '../host/driver';
import type { Notice } from '../wire/results';
import { MessageReader } from './messages';
import type { Session } from './session';

const COMPLETE = 0x43; // C

/** A `COPY … FROM stdin` of a script together with the rows that stand behind it. */
export class CopyCursor implements Cursor {
  readonly columns = [];
  readonly #session: Session;
  readonly #sql: string;
  readonly #data: string;
  #rows: number | null = null;

  constructor(session: Session, sql: string, data: string) {
    this.#session = session;
    this.#sql = sql;
    this.#data = data;
  }

  next(): boolean {
    const { backend, builder } = this.#session;
    const bytes = new TextEncoder().encode(this.#data);
    const query = builder.query(this.#sql).take().slice();
    const head = builder.copyDataHead(bytes.length).take().slice();
    const done = builder.copyDone().take();
    const error = backend.exchangeToReady(
      [query, head, bytes, done],
      (type, message, from, to) => {
        if (type === COMPLETE) this.#rows = Number(/\d+$/.exec(new MessageReader(message, from, to).text())?.[0] ?? 0);
        else this.#session.takeNotice(type, message, from, to);
      },
      true
    );
    if (error) throw this.#session.failure(error, this.#sql);
    return false;
  }

  changed(): number | null {
    return this.#rows;
  }

  notices(): Notice[] {
    return this.#session.takeNotices();
  }

  close(): void {
    // All of it ran in one exchange.
  }
}
