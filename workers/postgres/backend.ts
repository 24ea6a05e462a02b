import type { PGlite } from '@electric-sql/pglite';
import type { EngineErrorData } from '../wire/errors';
import { MessageBuilder, readFields } from './messages';
import { lostError } from './postgresErrors';

/** What PGlite's module throws where Postgres would jump back into its main loop after an error. */
const MAIN_LONGJMP = 100;

/** One backend message: its type as a letter's code, its body from `from` to `to`. The bytes are the engine's own. */
export type MessageHandler = (type: number, bytes: Uint8Array, from: number, to: number) => void;

/** Transaction status of ReadyForQuery: idle, in a transaction, in one that failed. */
export type TransactionStatus = 'I' | 'T' | 'E';

const READY = 0x5a; // Z
const COPY_IN = 0x47; // G
const ERROR = 0x45; // E

/** What is Postgres' own, of which PGlite's types do not know: places of variables, functions. */
interface Inner {
  /** `WalUsage`: records, full pages, bytes; 8 bytes each. */
  _pgWalUsage: number;
  _RecentXmin: number;
  _malloc(bytes: number): number;
  /** The text of a setting, by the place of its name. */
  _GetConfigOption(name: number, isOptional: number, isRestricted: number): number;
}
const WAL_BYTES = 16;
/** `off`, as Postgres keeps it. */
const OFF = [0x6f, 0x66, 0x66, 0];

/**
 * The wire to a running PGlite: bytes of the protocol in, messages out, with nothing between (PGlite's own
 * `execProtocol…` parses every row and goes on after a trap in the wasm code). Synchronous, as the engine is.
 */
export class Backend {
  readonly #mod: PGlite['Module'];
  /** What is still to be sent, in parts that are not copied together. */
  #out: Uint8Array[] = [];
  #sent = 0;
  /** The beginning of a message whose rest has not come yet. */
  #rest = new Uint8Array(0);
  #handler: MessageHandler = () => undefined;
  /** Postgres waits for data of a COPY that these messages do not bring. */
  #copyWaits = false;
  #copyComes = false;
  #lost: EngineErrorData | null = null;
  #failed: unknown = null;
  #status: TransactionStatus = 'I';
  #ready = 0;
  /** Where the name of a setting lies; 0 before it was asked for. */
  #setting = 0;
  readonly #builder = new MessageBuilder();
  readonly #whyLost: (thrown: unknown) => EngineErrorData;

  /** @param whyLost in words, what it means that the engine threw this */
  constructor(pg: PGlite, whyLost: (thrown: unknown) => EngineErrorData = lostError) {
    this.#whyLost = whyLost;
    const mod = pg.Module;
    this.#mod = mod;
    // PGlite's own two callbacks stay where they are, unused, and are removed by its close().
    const write = mod.addFunction((at: number, length: number) => this.#receive(at, length), 'ipi');
    const read = mod.addFunction((at: number, most: number) => this.#send(at, most), 'ipi');
    mod._pgl_set_rw_cbs(read as unknown as number, write as unknown as number);
  }

  get status(): TransactionStatus {
    return this.#status;
  }

  /** Bytes of write-ahead log that Postgres has made since it was started, whether they are in a file or in its memory. */
  get logMade(): number {
    return Number(new DataView(this.#mod.HEAPU8.buffer).getBigUint64(this.#inner._pgWalUsage + WAL_BYTES, true));
  }

  /** The number that the next transaction would have got when the last statement looked. */
  get nextTransaction(): number {
    return new DataView(this.#mod.HEAPU8.buffer).getUint32(this.#inner._RecentXmin, true);
  }

  /** False while `synchronous_commit` is off. */
  get waitsForLog(): boolean {
    const inner = this.#inner;
    if (this.#setting === 0) {
      const name = new TextEncoder().encode('synchronous_commit\0');
      this.#setting = inner._malloc(name.length);
      this.#mod.HEAPU8.set(name, this.#setting);
    }
    const value = inner._GetConfigOption(this.#setting, 0, 0);
    return !OFF.every((byte, i) => this.#mod.HEAPU8[value + i] === byte);
  }

  get #inner(): Inner {
    return this.#mod as unknown as Inner;
  }

  /** Why nothing can be asked any more; null while Postgres lives. */
  get lost(): EngineErrorData | null {
    return this.#lost;
  }

  /**
   * Sends messages and hands over all that comes back before Postgres waits for more. A COPY FROM STDIN
   * that gets no data is told to fail, so that it never waits for what cannot come.
   * Throws EngineErrorData `connection-lost` when Postgres has died.
   * @param bringsCopy the messages hold the data of a COPY FROM STDIN and its end
   */
  exchange(messages: Uint8Array | readonly Uint8Array[], handler: MessageHandler, bringsCopy = false): void {
    if (this.#lost) throw this.#lost;
    const mod = this.#mod;
    this.#out = (messages instanceof Uint8Array ? [messages] : [...messages]).filter((part) => part.length > 0);
    this.#sent = 0;
    this.#handler = handler;
    this.#copyComes = bringsCopy;
    this.#copyWaits = false;
    try {
      try {
        while (this.#out.length > 0 || mod._pq_buffer_remaining_data() > 0) this.#turn();
      } finally {
        if (!this.#lost) {
          mod._PostgresSendReadyForQueryIfNecessary();
          mod._pgl_pq_flush();
        }
      }
    } catch (e) {
      this.#lost ??= this.#whyLost(e);
    }
    this.#out = [];
    if (this.#lost) throw this.#lost;
    if (this.#failed !== null) {
      const failed = this.#failed;
      this.#failed = null;
      throw failed;
    }
  }

  /** Answers the start-up packet of a client program (pg_dump) that speaks to this session. */
  startUp(packet: Uint8Array, handler: MessageHandler): void {
    const mod = this.#mod;
    this.#out = [packet];
    this.#sent = 0;
    this.#handler = handler;
    if (mod._ProcessStartupPacket(mod._pgl_getMyProcPort(), true, true) !== 0) {
      throw new Error('Postgres did not take the start-up packet.');
    }
    mod._pgl_sendConnData();
    mod._pgl_pq_flush();
    this.#out = [];
  }

  /** One turn of Postgres' main loop; an error that it raised is handled as its own loop would. */
  #turn(): void {
    const mod = this.#mod;
    const stack = mod.stackSave();
    try {
      mod._PostgresMainLoopOnce();
    } catch (e) {
      mod.stackRestore(stack);
      if ((e as { status?: unknown } | null)?.status !== MAIN_LONGJMP) {
        this.#lost = this.#whyLost(e);
        throw e;
      }
      mod._PostgresMainLongJmp();
    }
  }

  /**
   * Sends what ends with a Sync, and another Sync where a COPY has swallowed the first.
   * @returns the error that came, as its fields, or null
   */
  exchangeToReady(
    messages: Uint8Array | readonly Uint8Array[],
    handler: MessageHandler,
    bringsCopy = false
  ): Map<string, string> | null {
    let error: Map<string, string> | null = null;
    const before = this.#ready;
    const taking: MessageHandler = (type, bytes, from, to) => {
      if (type === ERROR) error ??= readFields(bytes, from, to);
      else handler(type, bytes, from, to);
    };
    this.exchange(messages, taking, bringsCopy);
    if (this.#ready === before) this.exchange(this.#builder.sync().take(), taking);
    return error;
  }

  /** Gives Postgres the next bytes that it asks for; what it has taken is sent. */
  #send(at: number, most: number): number {
    if (this.#out.length === 0 && this.#copyWaits) {
      this.#copyWaits = false;
      this.#out = [this.#builder.copyFail('there is no file to read from here').take().slice()];
    }
    const part = this.#out[0];
    if (!part) return 0;
    const length = Math.min(part.length - this.#sent, most);
    this.#mod.HEAPU8.set(part.subarray(this.#sent, this.#sent + length), at);
    this.#sent += length;
    if (this.#sent === part.length) {
      this.#out.shift();
      this.#sent = 0;
    }
    return length;
  }

  /** Takes apart what Postgres writes. An error in here must not run through the wasm code: it is kept for later. */
  #receive(at: number, length: number): number {
    try {
      const heap: Uint8Array = this.#mod.HEAPU8;
      if (this.#rest.length === 0) {
        const end = this.#messages(heap, at, at + length);
        if (end < at + length) this.#rest = heap.slice(end, at + length);
      } else {
        this.#gather(heap.subarray(at, at + length));
      }
    } catch (e) {
      this.#failed ??= e ?? new Error('A message could not be read.');
    }
    return length;
  }

  #gathered = new Uint8Array(0);

  /** Adds to a message that came in part. Grows by doubling, so that a value of many MB is not copied per piece. */
  #gather(chunk: Uint8Array): void {
    const have = this.#rest.length;
    const need = have + chunk.length;
    if (this.#rest.buffer !== this.#gathered.buffer || need > this.#gathered.length) {
      const bigger = new Uint8Array(Math.max(need, this.#gathered.length * 2, 65_536));
      bigger.set(this.#rest);
      this.#gathered = bigger;
    }
    this.#gathered.set(chunk, have);
    const whole = this.#gathered.subarray(0, need);
    const end = this.#messages(whole, 0, need);
    if (end === 0) this.#rest = whole;
    else {
      this.#rest = whole.slice(end);
      this.#gathered = new Uint8Array(0);
    }
  }

  /** Hands over the whole messages between two places; gives where the first unfinished one begins. */
  #messages(bytes: Uint8Array, from: number, to: number): number {
    let at = from;
    while (to - at >= 5) {
      const length = (bytes[at + 1]! << 24) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 8) | bytes[at + 4]!;
      const end = at + 1 + length;
      if (end > to) break;
      const type = bytes[at]!;
      if (type === READY) {
        this.#status = String.fromCharCode(bytes[at + 5]!) as TransactionStatus;
        this.#ready++;
      } else if (type === COPY_IN) {
        this.#copyWaits = !this.#copyComes;
      }
      this.#handler(type, bytes, at + 5, end);
      at = end;
    }
    return at;
  }
}
