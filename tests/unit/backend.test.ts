import { describe, expect, it } from 'vitest';
import type { PGlite } from '@electric-sql/pglite';
import { Backend } from '../../workers/postgres/backend';
import { MessageBuilder } from '../../workers/postgres/messages';

/** An engine that answers each turn of its main loop with bytes in pieces of a size, or by throwing. */
class FakeEngine {
  HEAPU8 = new Uint8Array(1 << 16);
  received: number[] = [];
  readonly #functions: ((at: number, length: number) => number)[] = [];
  turn: (engine: FakeEngine) => void = () => undefined;
  #read = 0;
  #write = 0;

  addFunction(f: (at: number, length: number) => number): number {
    return this.#functions.push(f) - 1;
  }
  _pgl_set_rw_cbs(read: number, write: number): void {
    this.#read = read;
    this.#write = write;
  }
  /** Takes up to `most` bytes of what was sent. */
  take(most: number): number {
    const length = this.#functions[this.#read]!(0, most);
    this.received.push(...this.HEAPU8.subarray(0, length));
    return length;
  }
  give(bytes: Uint8Array, piece: number): void {
    for (let at = 0; at < bytes.length; at += piece) {
      const part = bytes.subarray(at, at + piece);
      this.HEAPU8.set(part, 100);
      this.#functions[this.#write]!(100, part.length);
      this.HEAPU8.fill(0xee, 100, 100 + part.length); // the engine uses its memory again
    }
  }
  _PostgresMainLoopOnce(): void {
    this.turn(this);
  }
  _pq_buffer_remaining_data = (): number => 0;
  _PostgresMainLongJmp = (): void => undefined;
  _PostgresSendReadyForQueryIfNecessary = (): void => undefined;
  _pgl_pq_flush = (): void => undefined;
  stackSave = (): number => 0;
  stackRestore = (): void => undefined;
}

function message(type: string, body: number[]): number[] {
  const length = body.length + 4;
  return [type.charCodeAt(0), (length >> 24) & 255, (length >> 16) & 255, (length >> 8) & 255, length & 255, ...body];
}

function backendOn(engine: FakeEngine): Backend {
  return new Backend({ Module: engine } as unknown as PGlite);
}

const sent = (): Uint8Array => new MessageBuilder().query('SELECT 1').take();

describe('the wire to the engine', () => {
  it.each([1, 3, 5, 7, 64, 5000, 60000])('puts messages together that come in pieces of %i bytes', (piece) => {
    const engine = new FakeEngine();
    const backend = backendOn(engine);
    const rows = Array.from({ length: 40 }, (_, i) => Array.from({ length: i * 37 }, (_, j) => (i + j) & 255));
    engine.turn = (e) => {
      while (e.take(16) > 0);
      e.give(Uint8Array.from([...rows.flatMap((r) => message('D', r)), ...message('Z', [0x54])]), piece);
    };
    const got: number[][] = [];
    backend.exchange(sent(), (type, bytes, from, to) => {
      if (type === 0x44) got.push([...bytes.subarray(from, to)]);
    });
    expect(got).toEqual(rows);
    expect(backend.status).toBe('T');
    expect(engine.received).toEqual([...sent()]);
  });

  it('is lost for good when the engine traps', () => {
    const engine = new FakeEngine();
    const backend = backendOn(engine);
    engine.turn = () => {
      throw new WebAssembly.RuntimeError('unreachable');
    };
    expect(() => backend.exchange(sent(), () => undefined)).toThrow(expect.objectContaining({ code: 'connection-lost' }));
    engine.turn = (e) => void e.take(1000);
    expect(() => backend.exchange(sent(), () => undefined)).toThrow(expect.objectContaining({ code: 'connection-lost' }));
  });

  it('goes on after an error that Postgres handles, and tells a COPY that nothing comes', () => {
    const engine = new FakeEngine();
    const backend = backendOn(engine);
    let turns = 0;
    engine.turn = (e) => {
      if (turns++ === 0) {
        while (e.take(1000) > 0);
        e.give(Uint8Array.from(message('G', [0, 0, 0])), 100);
        e.take(1000); // waits for data
        e.give(Uint8Array.from(message('E', [0x43, 0x35, 0x37, 0x30, 0x31, 0x34, 0, 0])), 100);
        throw Object.assign(new Error('longjmp'), { status: 100 });
      }
      e.take(1000);
      e.give(Uint8Array.from(message('Z', [0x49])), 100);
    };
    const error = backend.exchangeToReady(sent(), () => undefined);
    expect(error?.get('C')).toBe('57014');
    expect(String.fromCharCode(...engine.received)).toContain('there is no file to read from here');
    expect(backend.status).toBe('I');
  });
});
