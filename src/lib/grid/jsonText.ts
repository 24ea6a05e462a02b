import { messageOf } from '$workers/engine';

/** Levels that are indented. */
const DEEPEST = 200;

/**
 * JSON indented by two blanks, with every token kept as it was written: numbers beyond what JavaScript can
 * hold, the order and repetition of keys, escapes. Null when the text is not JSON that begins with { or [, or is nested
 * deeper than anybody reads: its indentation alone would be longer than memory.
 */
export function indentJson(text: string): string | null {
  if (!/^\s*[{[]/.test(text)) return null;
  try {
    // Only to learn whether it is JSON: what it gives has lost digits.
    JSON.parse(text);
  } catch {
    return null; // plain text that begins with a bracket
  }
  let out = '';
  let depth = 0;
  const line = (): string => `\n${'  '.repeat(depth)}`;
  for (const match of text.matchAll(/"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+/g)) {
    const token = match[0];
    const rest = text.slice(match.index + 1, match.index + 200).trimStart();
    if (token === '{' || token === '[') {
      const isEmpty = rest.startsWith(token === '{' ? '}' : ']');
      if (++depth > DEEPEST) return null;
      out += isEmpty ? token : token + line();
    } else if (token === '}' || token === ']') {
      depth--;
      out += out.endsWith('{') || out.endsWith('[') ? token : line() + token;
    } else if (token === ',') out += token + line();
    else if (token === ':') out += ': ';
    else out += token;
  }
  return out;
}

/** JSON without the blanks between its tokens, each of which stays as it was written. Null when it is none of { or [. */
export function compactJson(text: string): string | null {
  if (!/^\s*[{[]/.test(text) || jsonFault(text)) return null;
  return [...text.matchAll(/"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+/g)].map((m) => m[0]).join('');
}

/** Where a text stops being JSON, and why; line and column from 1. Null when it is JSON. */
export function jsonFault(text: string): { line: number; column: number; message: string } | null {
  try {
    JSON.parse(text);
    return null;
  } catch (e) {
    const words = messageOf(e);
    const at = Number(/at position (\d+)/.exec(words)?.[1] ?? text.length);
    const before = text.slice(0, at).split('\n');
    const message = words.replace(/,? ?(?:in JSON )?at position .*$|, ".*" is not valid JSON$/s, '').replace(/ of JSON input$/, '');
    return { line: before.length, column: before.at(-1)!.length + 1, message };
  }
}
