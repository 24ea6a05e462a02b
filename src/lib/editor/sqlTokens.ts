import type { EngineKind } from '$workers/engine';

export type SqlTokenKind = 'word' | 'quoted' | 'string' | 'number' | 'comment' | 'parameter' | 'punctuation';

/** A token by its UTF-16 offsets; blanks are what lies between tokens. */
export interface SqlToken {
  kind: SqlTokenKind;
  from: number;
  to: number;
}

/** How the two languages are written differently, letter by letter. */
const lexis: Record<EngineKind, { brackets: boolean; backticks: boolean; nested: boolean; dollars: boolean }> = {
  sqlite: { brackets: true, backticks: true, nested: false, dollars: false },
  postgres: { brackets: false, backticks: false, nested: true, dollars: true }
};

const wordStart = /[\p{L}_]/u;
const wordRun = /[\p{L}\p{N}_$]*/uy;
const numberRun = /(?:0[xX][\da-fA-F_]+|0[oO][0-7_]+|0[bB][01_]+|\d[\d_]*(?:\.[\d_]*)?(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?)/y;
const dollarTag = /\$(?:[\p{L}_][\p{L}\p{N}_]*)?\$/uy;
const parameterRun = /(?:\$\d+|\?\d*|[:@$][\p{L}_][\p{L}\p{N}_]*)/uy;

/**
 * Cuts SQL into tokens for completion and colouring: every character is in a token or is blank. Never throws;
 * what is not terminated reaches to the end. It knows no grammar (the splitter of the dialect does).
 */
export function sqlTokens(text: string, engine: EngineKind): SqlToken[] {
  const { brackets, backticks, nested, dollars } = lexis[engine];
  const tokens: SqlToken[] = [];
  const length = text.length;
  let at = 0;
  const sticky = (pattern: RegExp): number => {
    pattern.lastIndex = at;
    return pattern.test(text) ? pattern.lastIndex : at;
  };
  const add = (kind: SqlTokenKind, to: number): void => {
    tokens.push({ kind, from: at, to });
    at = to;
  };
  while (at < length) {
    const c = text[at]!;
    const next = text[at + 1];
    if (c === ' ' || c === '\n' || c === '\t' || c === '\r' || c === '\f' || c === '\u00a0') at++;
    else if (c === '-' && next === '-') add('comment', lineEnd(text, at));
    else if (c === '/' && next === '*') add('comment', blockCommentEnd(text, at, nested));
    else if (c === "'") add('string', quoteEnd(text, at, "'", false));
    else if ((c === 'e' || c === 'E') && next === "'" && dollars) {
      const start = at;
      tokens.push({ kind: 'string', from: start, to: quoteEnd(text, at + 1, "'", true) });
      at = tokens.at(-1)!.to;
    } else if (/[xXbBnN]/.test(c) && next === "'") add('string', quoteEnd(text, at + 1, "'", false));
    else if (c === '"') add('quoted', quoteEnd(text, at, '"', false));
    else if (c === '`' && backticks) add('quoted', quoteEnd(text, at, '`', false));
    else if (c === '[' && brackets) {
      const end = text.indexOf(']', at);
      add('quoted', end < 0 ? length : end + 1);
    } else if (c === '$' && dollars && sticky(dollarTag) > at) {
      const tag = text.slice(at, sticky(dollarTag));
      const end = text.indexOf(tag, at + tag.length);
      add('string', end < 0 ? length : end + tag.length);
    } else if (wordStart.test(c) || c.charCodeAt(0) > 0xd7ff) {
      add('word', Math.max(sticky(wordRun), at + 1));
    } else if (/\d/.test(c) || (c === '.' && next !== undefined && /\d/.test(next))) {
      add('number', Math.max(sticky(numberRun), at + 1));
    } else if (c === ':' && next === ':') add('punctuation', at + 2);
    else if ((c === '$' || c === '?' || c === ':' || c === '@') && sticky(parameterRun) > at && !(c === '?' && dollars)) {
      add('parameter', sticky(parameterRun));
    } else add('punctuation', at + 1);
  }
  return tokens;
}

function lineEnd(text: string, at: number): number {
  const end = text.indexOf('\n', at);
  return end < 0 ? text.length : end;
}

function blockCommentEnd(text: string, from: number, nested: boolean): number {
  let depth = 1;
  for (let at = from + 2; at < text.length; at++) {
    if (text[at] === '*' && text[at + 1] === '/') {
      at++;
      if (--depth === 0) return at + 1;
    } else if (nested && text[at] === '/' && text[at + 1] === '*') {
      at++;
      depth++;
    }
  }
  return text.length;
}

/** End of a quoted run that opens at `from`; a doubled quote is one of its characters. */
function quoteEnd(text: string, from: number, quote: string, backslash: boolean): number {
  for (let at = from + 1; at < text.length; at++) {
    if (backslash && text[at] === '\\') at++;
    else if (text[at] === quote) {
      if (text[at + 1] === quote) at++;
      else return at + 1;
    }
  }
  return text.length;
}

/** The name that a word or quoted token means, as the dialect folds it for comparing: quotes off, doubled ones single. */
export function nameOf(text: string, token: SqlToken): string {
  const raw = text.slice(token.from, token.to);
  if (token.kind !== 'quoted') return raw;
  const quote = raw[0]!;
  const close = quote === '[' ? ']' : quote;
  const inner = raw.endsWith(close) && raw.length > 1 ? raw.slice(1, -1) : raw.slice(1);
  return quote === '[' ? inner : inner.replaceAll(quote + quote, quote);
}
