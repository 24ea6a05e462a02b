import { ByteWindow } from './byteWindow';
import { endsCopy, lineEnd, rowEnd } from './copyRows';
import { copyFromStdin } from './copyStatement';
import type { CopyBlock } from './dumpTarget';
import { encodingOf, utf8, type DumpEncoding } from './dumpEncoding';
import { StatementLexer } from './statementLexer';

/** What a dump holds, in order. Lines are counted from 1. */
export type DumpEvent =
  /** `valid` false: its bytes are not of the dump's encoding, so that `text` is not what stands there. */
  | { kind: 'statement'; text: string; line: number; valid: boolean }
  /** Rows come in pieces that end at a row's end; those that nobody takes are passed over. */
  | { kind: 'copy'; block: CopyBlock; line: number; pieces: AsyncIterable<Uint8Array> }
  /** A meta-command of psql, its whole line. */
  | { kind: 'meta'; text: string; line: number };

const LF = 10;
const BACKSLASH = 92;
/** Bytes of a comment that are told: those of pg_dump name no more than one thing. */
const LONGEST_COMMENT = 1_000;

const lenient = new TextDecoder('utf-8', { ignoreBOM: true });

/**
 * Reads a plain dump, or any SQL script for Postgres, as a stream of bytes in UTF-8, or in what the dump says by
 * `SET client_encoding` (rows then come as UTF-8 all the same). It holds one statement, or one
 * piece of a COPY block, at a time, and looks at each byte once.
 */
export class DumpScanner {
  /** In words, where and how the dump was cut off; set when the events are over. */
  truncated: string | undefined;
  /** Told of each comment that is a line of its own between statements, its beginning at least. */
  onComment: ((line: string) => void) | undefined;
  readonly #window: ByteWindow;
  readonly #lexer = new StatementLexer();
  readonly #pieceBytes: number;
  #encoding: DumpEncoding = utf8;
  /** True until the end of a COPY block has been read. */
  #inRows = false;
  /** Line ends before `#counted`. */
  #lines = 0;
  #counted = 0;
  /** Seen of pg_dump's first and last comment: what begins must end. */
  #unfinished = false;

  readonly #mostBytes: number;

  /**
   * @param pieceBytes how long a piece of a COPY block is, about; a longer row is a longer piece
   * @param mostBytes how long a statement may become before it is taken for one whose quote never ends
   */
  constructor(source: AsyncIterable<Uint8Array>, pieceBytes = 1024 * 1024, mostBytes = 256 * 1024 * 1024) {
    this.#window = new ByteWindow(source);
    this.#pieceBytes = pieceBytes;
    this.#mostBytes = mostBytes;
  }

  async *events(): AsyncGenerator<DumpEvent> {
    const window = this.#window;
    const lexer = this.#lexer;
    await this.#skipMark();
    for (;;) {
      const found = lexer.run(window);
      if (found === 'statement') {
        const statement = this.#statement();
        const block = copyFromStdin(statement.text);
        if (block) yield* this.#copy(block, statement.line);
        else yield statement;
      } else if (found === 'meta') {
        const line = this.#lineAt(lexer.token);
        const text = lenient.decode(window.bytes.subarray(lexer.token, lexer.at));
        // psql's own \\copy from stdin is followed by rows too.
        const block = copyFromStdin(text.slice(1));
        if (block) yield* this.#copy(block, line);
        else yield { kind: 'meta', text, line };
      } else if (found === 'comment') this.#look();
      else if (window.over) break;
      this.#drop(lexer.needed);
      if (found === 'more' && window.end - window.start > this.#mostBytes) return await this.#tooLong();
      if (found === 'more') await this.#fill();
    }
    yield* this.#end();
  }

  /** Lets go of what was read, its lines counted. */
  #drop(to: number): void {
    this.#lineAt(to);
    this.#window.drop(to);
  }

  async #fill(): Promise<number> {
    const shift = await this.#window.fill();
    this.#lexer.shift(shift);
    this.#counted -= shift;
    return shift;
  }

  async #tooLong(): Promise<void> {
    const what = this.#lexer.open ?? 'the statement';
    const length = Math.round(this.#mostBytes / 1024 / 1024);
    this.truncated =
      `From line ${this.#lines + 1} on nothing is loaded: ${what.replace(/^a /, 'the ')} that begins there has not ended after ${length} MB. ` +
      'All before it is loaded.';
    await this.#window.close();
  }

  async #skipMark(): Promise<void> {
    while (!this.#window.over && this.#window.end - this.#window.start < 3) await this.#fill();
    const { bytes } = this.#window;
    if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf && this.#window.end >= 3) {
      this.#lexer.at = 3;
      this.#drop(3);
    }
  }

  /** The line of a position that is not before what was counted last. */
  #lineAt(position: number): number {
    const { bytes } = this.#window;
    let lines = this.#lines;
    for (let at = this.#counted; at < position; at++) if (bytes[at] === LF) lines++;
    if (position > this.#counted) {
      this.#counted = position;
      this.#lines = lines;
    }
    return this.#lines + 1;
  }

  /** The statement that the lexer has found. What it says of strings and encoding holds for what follows. */
  #statement(): DumpEvent & { kind: 'statement' } {
    const lexer = this.#lexer;
    const line = this.#lineAt(lexer.from);
    const bytes = this.#window.bytes.subarray(lexer.from, lexer.to);
    let text: string;
    let valid = true;
    try {
      text = this.#encoding.decode(bytes);
    } catch {
      // Postgres refuses such text too; the caller says so.
      text = lenient.decode(bytes);
      valid = false;
    }
    lexer.reset();
    const strings = /^SET\s+(?:SESSION\s+)?standard_conforming_strings\s*(?:=|\bTO\b)\s*'?(\w+)'?$/i.exec(text);
    if (strings) lexer.escapes = /^(off|false|no|0)$/i.test(strings[1]!);
    const encoding = /^SET\s+(?:SESSION\s+)?client_encoding\s*(?:=|\bTO\b)\s*'?([\w-]+)'?$/i.exec(text);
    if (encoding) this.#encoding = encodingOf(encoding[1]!);
    return { kind: 'statement', text, line, valid };
  }

  #look(): void {
    const { token, at } = this.#lexer;
    if (this.onComment) this.onComment(lenient.decode(this.#window.bytes.subarray(token, Math.min(at, token + LONGEST_COMMENT))));
    if (at - token > 60) return;
    const text = lenient.decode(this.#window.bytes.subarray(token, at));
    if (/^-- PostgreSQL database (cluster )?dump$/.test(text)) this.#unfinished = true;
    else if (/^-- PostgreSQL database (cluster )?dump complete$/.test(text)) this.#unfinished = false;
  }

  async *#copy(block: CopyBlock, line: number): AsyncGenerator<DumpEvent> {
    const lexer = this.#lexer;
    const window = this.#window;
    // Rows begin on the next line.
    for (;;) {
      const next = window.bytes.indexOf(LF, lexer.at);
      if (next >= 0 && next < window.end) {
        lexer.at = next + 1;
        break;
      }
      lexer.at = window.end;
      if (window.over) break;
      this.#drop(lexer.at);
      await this.#fill();
    }
    this.#drop(lexer.at);
    this.#inRows = true;
    yield { kind: 'copy', block, line, pieces: this.#rows(block) };
    // What the caller left (it may have failed on a row) is read past.
    if (this.#inRows) for await (const piece of this.#rows(block)) void piece;
  }

  /** Rows up to the line `\.`, in pieces. */
  async *#rows(block: CopyBlock): AsyncGenerator<Uint8Array> {
    const window = this.#window;
    let looked = window.start; // bytes before it hold no end of the block
    let rowStart = true; // whether a line begins at `looked`
    let rows = -1; // behind the last whole line
    for (;;) {
      const { bytes, end } = window;
      let mark = -1;
      while (looked < end) {
        if (rowStart && bytes[looked] === BACKSLASH) {
          const isMark = endsCopy(window, looked);
          if (isMark === undefined) break; // more bytes will tell
          if (isMark) {
            mark = looked;
            break;
          }
        }
        const at = lineEnd(bytes, looked, end);
        rowStart = at < end;
        looked = rowStart ? at + 1 : end;
        if (rowStart) rows = looked;
      }
      if (mark >= 0 || window.over) {
        const last = mark >= 0 ? mark : rows;
        if (last > window.start) yield this.#encoding.toUtf8(bytes.subarray(window.start, last));
        this.#rowsEnd(block, mark, looked);
        return;
      }
      const whole = rows < 0 ? -1 : rowEnd(window, rows);
      if (whole - window.start >= this.#pieceBytes) {
        yield this.#encoding.toUtf8(bytes.subarray(window.start, whole));
        this.#drop(whole);
        if (whole === rows) rows = -1;
      }
      const shift = await this.#fill();
      looked -= shift;
      if (rows >= 0) rows -= shift;
    }
  }

  #rowsEnd(block: CopyBlock, mark: number, looked: number): void {
    this.#inRows = false;
    const window = this.#window;
    if (mark < 0) {
      const line = this.#lineAt(window.end);
      this.truncated =
        `The dump ends in line ${line}, amid the rows of ${block.relation}. ` +
        'The rows before that line are here; what should follow is missing.';
    }
    const line = mark < 0 ? -1 : window.bytes.indexOf(LF, looked);
    this.#lexer.at = line < 0 || line >= window.end ? window.end : line + 1;
    this.#drop(this.#lexer.at);
  }

  /** What stands behind the last semicolon: a last statement, or one that was cut off. */
  *#end(): Generator<DumpEvent> {
    if (this.truncated) return;
    const lexer = this.#lexer;
    const { open } = lexer;
    if (lexer.from < 0 && open) {
      this.truncated = `${open[0]!.toUpperCase()}${open.slice(1)} that begins in line ${this.#lineAt(lexer.token)} never ends. What follows it is not loaded.`;
    } else if (lexer.from >= 0) {
      const unfinished = this.#unfinished;
      const statement = this.#statement();
      const what = open ?? (unfinished || copyFromStdin(statement.text) ? 'the statement' : undefined);
      if (!what) yield statement;
      else {
        this.truncated =
          `The dump is cut off: ${what.replace(/^a /, 'the ')} that begins in line ${statement.line} never ends. ` +
          'All before it is loaded.';
      }
    } else if (this.#unfinished) {
      this.truncated = `The dump ends in line ${this.#lineAt(this.#window.end)} without its last line, "PostgreSQL database dump complete": something may be missing.`;
    }
  }
}
