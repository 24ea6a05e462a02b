/**
 * JSON indented by two blanks, with every token kept as it was written: numbers beyond what JavaScript can
 * hold, the order and repetition of keys, escapes. Null when the text is not JSON that begins with { or [.
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
      depth++;
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
