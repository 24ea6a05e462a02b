import { messageOf, type EngineKind } from '$workers/engine';
import { keywordsOf } from './sqlKeywords';
import { sqlTokens } from './sqlTokens';

/** What sql-formatter calls our engines. */
const languages: Record<EngineKind, 'postgresql' | 'sqlite'> = { postgres: 'postgresql', sqlite: 'sqlite' };

/**
 * SQL laid out anew; keywords keep the case that most of them have. Throws an Error that says in words where it
 * could not be read, or when the layout would have changed more than blanks and case: the text is never put at risk.
 * The formatter (about 70 KB) is loaded at the first call.
 */
export async function formatSql(text: string, engine: EngineKind): Promise<string> {
  const { formatDialect, postgresql, sqlite } = await import('sql-formatter');
  const dialects = { postgresql, sqlite };
  let formatted: string;
  try {
    formatted = formatDialect(text, {
      dialect: dialects[languages[engine]],
      tabWidth: 2,
      keywordCase: keywordCase(text, engine),
      linesBetweenQueries: 1
    });
  } catch (e) {
    throw new Error(reasonOf(e), { cause: e });
  }
  if (essence(formatted, engine) !== essence(text, engine)) {
    throw new Error('The formatter would have changed more than blanks here, so the text was left as it is.');
  }
  return formatted;
}

/** The tokens of a text without blanks; keywords without case. */
function essence(text: string, engine: EngineKind): string {
  const keywords = keywordsOf(engine);
  return sqlTokens(text, engine)
    .map((token) => {
      const raw = text.slice(token.from, token.to);
      if (token.kind === 'comment') return raw.replace(/\s+/g, '');
      if (token.kind === 'word' && keywords.has(raw.toLowerCase())) return raw.toLowerCase();
      // Words that only the formatter takes for keywords change case too: harmless for bare names.
      return token.kind === 'word' ? raw.toLowerCase() : raw;
    })
    .join('\n')
    .replace(/[\n;]+$/, '');
}

function keywordCase(text: string, engine: EngineKind): 'upper' | 'lower' | 'preserve' {
  const keywords = keywordsOf(engine);
  let upper = 0;
  let lower = 0;
  for (const token of sqlTokens(text, engine)) {
    const word = text.slice(token.from, token.to);
    if (token.kind !== 'word' || !keywords.has(word.toLowerCase())) continue;
    if (word === word.toUpperCase()) upper++;
    else if (word === word.toLowerCase()) lower++;
  }
  if (upper > 0 && lower > 0 && Math.min(upper, lower) * 5 > Math.max(upper, lower)) return 'preserve';
  return upper === lower ? 'preserve' : upper > lower ? 'upper' : 'lower';
}

/** The formatter's message without its table of grammar states. */
function reasonOf(e: unknown): string {
  const message = messageOf(e);
  const first = message.split('\n')[0]!.trim();
  return first.length > 160 ? `${first.slice(0, 160)}…` : first;
}
