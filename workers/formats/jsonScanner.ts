/** Places within JSON text. Throws SyntaxError where it is none. */

const fail = (what: string, at: number): never => {
  throw new SyntaxError(`${what} at character ${at + 1}`);
};

export function skipBlanks(text: string, at: number): number {
  let i = at;
  while (i < text.length) {
    const c = text.charCodeAt(i);
    if (c !== 32 && c !== 10 && c !== 13 && c !== 9) break;
    i++;
  }
  return i;
}

/** Behind the string that begins at `at`; -1 where the text ends within it. */
export function stringEnd(text: string, at: number): number {
  for (let i = text.indexOf('"', at + 1); i >= 0; i = text.indexOf('"', i + 1)) {
    let slashes = 0;
    for (let k = i - 1; k > at && text.charCodeAt(k) === 92; k--) slashes++;
    if (slashes % 2 === 0) return i + 1;
  }
  return -1;
}

/** Behind the value that begins at `at`; -1 where the text ends within it. Numbers need what stands behind them. */
export function valueEnd(text: string, at: number): number {
  const first = text[at];
  if (first === undefined) return -1;
  if (first === '"') return stringEnd(text, at);
  if (first !== '{' && first !== '[') {
    const match = /[\s,\]}]/g;
    match.lastIndex = at;
    const end = match.exec(text);
    return end ? end.index : -1;
  }
  let depth = 0;
  for (let i = at; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (c === 34) {
      const end = stringEnd(text, i);
      if (end < 0) return -1;
      i = end - 1;
    } else if (c === 123 || c === 91) depth++;
    else if ((c === 125 || c === 93) && --depth === 0) return i + 1;
  }
  return -1;
}

/** The members of an object, their values as raw text. Throws SyntaxError. */
export function members(text: string): [string, string][] {
  const list: [string, string][] = [];
  let at = skipBlanks(text, 1);
  if (text[at] === '}') return list;
  for (;;) {
    if (text[at] !== '"') fail('a name is missing', at);
    const nameEnd = stringEnd(text, at);
    if (nameEnd < 0) fail('a name does not end', at);
    const name = JSON.parse(text.slice(at, nameEnd)) as string;
    at = skipBlanks(text, nameEnd);
    if (text[at] !== ':') fail('a colon is missing', at);
    at = skipBlanks(text, at + 1);
    const end = valueEnd(text, at);
    if (end < 0) fail('a value does not end', at);
    list.push([name, text.slice(at, end)]);
    at = skipBlanks(text, end);
    if (text[at] === '}') {
      if (skipBlanks(text, at + 1) !== text.length) fail('more stands behind the object', at + 1);
      return list;
    }
    if (text[at] !== ',') fail('a comma is missing', at);
    at = skipBlanks(text, at + 1);
  }
}
