/** WASI's and emscripten's answer to what is not there. */
const NO_SUCH_CALL = 52;
const PAGE = 65_536;

/** Seconds that local time is behind UTC. */
const behindUtc = (date: Date): number => date.getTimezoneOffset() * 60;

/** True in summer time: nearer to UTC's east than the year's other half. */
function isSummerTime(date: Date): boolean {
  const [winter, summer] = [0, 6].map((month) => new Date(date.getFullYear(), month, 1).getTimezoneOffset()) as [number, number];
  return winter !== summer && date.getTimezoneOffset() === Math.min(winter, summer);
}

/** Writes a moment as C's `struct tm`, in local time. */
function writeLocalTime(memory: WebAssembly.Memory, seconds: bigint, at: number): void {
  const date = new Date(Number(seconds) * 1000);
  const first = Date.UTC(date.getFullYear(), 0, 1);
  const day = (Date.UTC(date.getFullYear(), date.getMonth(), date.getDate()) - first) / 86_400_000;
  new Int32Array(memory.buffer, at, 10).set([
    date.getSeconds(), date.getMinutes(), date.getHours(), date.getDate(), date.getMonth(), date.getFullYear() - 1900,
    date.getDay(), day, isSummerTime(date) ? 1 : 0, -behindUtc(date)
  ]);
}

/**
 * What the official wasm imports: memory, clocks, local time. It does not reach a file or an environment by
 * these, whose calls are all refused; files come by the VFS alone.
 */
export function officialImports(module: WebAssembly.Module, memory: WebAssembly.Memory): WebAssembly.Imports {
  const imports: Record<string, Record<string, WebAssembly.ImportValue>> = {};
  for (const { module: from, name, kind } of WebAssembly.Module.imports(module)) {
    if (kind !== 'function') continue;
    const refused = from === 'env' ? -NO_SUCH_CALL : NO_SUCH_CALL;
    (imports[from] ??= {})[name] = () => refused;
  }
  const now = (): number => performance.now();
  Object.assign((imports.env ??= {}), {
    memory,
    emscripten_date_now: () => Date.now(),
    emscripten_get_now: now,
    emscripten_get_heap_max: () => 32_768 * PAGE,
    emscripten_resize_heap: (wanted: number) => grow(memory, wanted >>> 0),
    _tzset_js: () => undefined,
    _localtime_js: (seconds: bigint, at: number) => writeLocalTime(memory, seconds, at)
  });
  Object.assign((imports.wasi_snapshot_preview1 ??= {}), {
    // An environment without a variable.
    environ_sizes_get: (count: number, bytes: number) => {
      const words = new Uint32Array(memory.buffer);
      words[count >> 2] = 0;
      words[bytes >> 2] = 0;
      return 0;
    },
    environ_get: () => 0,
    clock_time_get: (clock: number, _: bigint, at: number) => {
      const ms = clock === 0 ? Date.now() : now();
      new DataView(memory.buffer).setBigInt64(at, BigInt(Math.round(ms * 1e6)), true);
      return 0;
    }
  });
  return imports;
}

/** Room for `wanted` bytes, some more where there is; 1 when it is there. */
function grow(memory: WebAssembly.Memory, wanted: number): number {
  const has = memory.buffer.byteLength;
  for (const size of [Math.max(wanted, has * 1.2), wanted]) {
    try {
      memory.grow(Math.ceil((size - has) / PAGE));
      return 1;
    } catch {
      // Less may still fit.
    }
  }
  return 0;
}
