// Reads JSON from outside. JSON.parse alone would round an amount above 2^53,
// accept a name twice, of which another reader may take the other value, and
// accept any depth.

const MAX_DEPTH = 32;
const MAX_DIGITS = 32;
const MARK = /[{}[\],:]/;
const STRING = /"[^"\\\u0000-\u001f]*(?:\\.[^"\\\u0000-\u001f]*)*"/;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/;
const WORD = /true|false|null/;
const TOKEN = new RegExp(`[ \\t\\r\\n]*(?:(${MARK.source})|(${STRING.source})|(${NUMBER.source})|(${WORD.source}))`, "y");

/**
 * Reads one JSON object from bytes of UTF-8. Whole numbers become BigInts,
 * others numbers. Objects have no prototype, so that no name has a special
 * meaning. It throws a NotJSON, whose message quotes nothing of the input.
 */
export function readObject(bytes) {
  let text;
  try {
    text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new NotJSON("it is not UTF-8");
  }
  const reader = new Reader(text);
  const value = reader.value(0);
  reader.end();
  if (value === null || typeof value !== "object" || Array.isArray(value)) throw new NotJSON("it is not one JSON object");
  return value;
}

export class NotJSON extends Error {}

class Reader {
  #text;
  #at = 0;

  constructor(text) { this.#text = text; }

  /** Returns the next token, `[kind, text]`; kind is a punctuation mark, or string, number, word. */
  #next() {
    TOKEN.lastIndex = this.#at;
    const found = TOKEN.exec(this.#text);
    if (!found) throw new NotJSON("it is not JSON");
    this.#at = TOKEN.lastIndex;
    const [, mark, string, number, word] = found;
    if (mark) return [mark, mark];
    if (string) return ["string", string];
    return number ? ["number", number] : ["word", word];
  }

  #peek() {
    const before = this.#at;
    const token = this.#next();
    this.#at = before;
    return token[0];
  }

  value(depth) {
    const [kind, text] = this.#next();
    switch (kind) {
      case "{": return this.#object(depth + 1);
      case "[": return this.#array(depth + 1);
      case "string": return unquote(text);
      case "number": return readNumber(text);
      case "word": return { true: true, false: false, null: null }[text];
      default: throw new NotJSON("it is not JSON");
    }
  }

  #object(depth) {
    const object = Object.create(null);
    this.#items(depth, "}", () => {
      const [kind, text] = this.#next();
      if (kind !== "string") throw new NotJSON("it is not JSON");
      const name = unquote(text);
      if (name in object) throw new NotJSON("it has a name twice");
      this.#expect(":");
      object[name] = this.value(depth);
    });
    return object;
  }

  #array(depth) {
    const array = [];
    this.#items(depth, "]", () => array.push(this.value(depth)));
    return array;
  }

  #items(depth, close, readItem) {
    if (depth > MAX_DEPTH) throw new NotJSON("it is nested too deeply");
    if (this.#peek() === close) {
      this.#next();
      return;
    }
    for (;;) {
      readItem();
      const [mark] = this.#next();
      if (mark === close) return;
      if (mark !== ",") throw new NotJSON("it is not JSON");
    }
  }

  #expect(mark) {
    if (this.#next()[0] !== mark) throw new NotJSON("it is not JSON");
  }

  end() {
    if (this.#text.slice(this.#at).trim() !== "") throw new NotJSON("something follows the object");
  }
}

function readNumber(text) {
  if (text.length > MAX_DIGITS) throw new NotJSON("it has a number of too many digits");
  return /^-?\d+$/.test(text) ? BigInt(text) : Number(text);
}

function unquote(text) {
  try {
    return JSON.parse(text);
  } catch {
    throw new NotJSON("it is not JSON");
  }
}

/** Writes an object as JSON; BigInts become numbers with all their digits. */
export function writeObject(object) {
  const parts = Object.entries(object)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${JSON.stringify(name)}:${typeof value === "bigint" ? value : JSON.stringify(value)}`);
  return `{${parts.join(",")}}`;
}
