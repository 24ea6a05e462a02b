/** An array literal of Postgres (`{1,NULL,"a b"}`) as JSON; numbers keep their digits. Bounds before it are left out. */
export function arrayJson(literal: string): string {
  const begin = literal.indexOf('{');
  if (begin < 0) return JSON.stringify(literal);
  let at = begin;
  const value = (): string => {
    if (literal[at] === '{') {
      at++;
      const items: string[] = [];
      while (at < literal.length && literal[at] !== '}') {
        items.push(value());
        if (literal[at] === ',' || literal[at] === ';') at++;
      }
      at++;
      return `[${items.join(',')}]`;
    }
    if (literal[at] === '"') {
      let text = '';
      for (at++; at < literal.length && literal[at] !== '"'; at++) {
        if (literal[at] === '\\') at++;
        text += literal[at];
      }
      at++;
      return JSON.stringify(text);
    }
    const from = at;
    while (at < literal.length && !',;}'.includes(literal[at]!)) at++;
    const bare = literal.slice(from, at);
    if (/^null$/i.test(bare)) return 'null';
    return /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/.test(bare) ? bare : JSON.stringify(bare);
  };
  return value();
}
