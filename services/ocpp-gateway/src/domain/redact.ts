const TOKEN_FIELD =
  /(["'](?:idTag|parentIdTag|idToken|additionalIdToken)["']\s*:\s*)("(?:[^"\\]|\\.)*"?|'(?:[^'\\]|\\.)*'?|-?\d[\d.eE+-]*)/gi;

/**
 * The text of a frame with its id tokens replaced by their hash. It works on the text and not on what was parsed: all
 * else stays byte for byte, and a frame that is not JSON loses its token just the same (X11).
 */
export function withoutTokens(text: string, hash: (token: string) => string): string {
  return text.replace(TOKEN_FIELD, (_, name: string, value: string) => `${name}"${hash(tokenOf(value))}"`);
}

function tokenOf(value: string): string {
  const quote = value[0];
  if (quote === '"') {
    try {
      return String(JSON.parse(value));
    } catch {
      return value.slice(1);
    }
  }
  return quote === "'" ? value.slice(1, -1) : value;
}
