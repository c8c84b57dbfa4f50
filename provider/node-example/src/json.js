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
 * Reads one JSON object. Whole numbers become BigInts, others numbers. Objects
 * have no prototype, so that no name has a special meaning. Bytes that are not
 * UTF-8 become U+FFFD: a text for people that was damaged at the gateway must not
 * make a payment unreadable. It throws a NotJSON, whose message quotes nothing of
 * the input.
 */
export function readObject(bytes) { return readOutline(bytes, Infinity).value; }

/**
 * Reads what readObject refuses, for what decides whose an object is. Only the
 * outer levels of objects and arrays are judged, so many as `judged` says. Deeper,
 * names may be duplicate, and depth and digits are not bounded. Of the innermost
 * judged objects, `flawed` has those in which there is such a thing.
 */
export function readOutline(bytes, judged) {
  const text = new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
  const reader = new Reader(text, judged);
  let value;
  try {
    value = reader.value(0);
  } catch (error) {
    if (error instanceof RangeError) throw new NotJSON("it is nested too deeply"); // the stack ended
    throw error;
  }
  reader.end();
  if (value === null || typeof value !== "object" || Array.isArray(value)) throw new NotJSON("it is not one JSON object");
  return { value, flawed: reader.flawed };
}

export class NotJSON extends Error {}

/** An object has a duplicate name. */
export class DuplicateName extends NotJSON {}

class Reader {
  #text;
  #judged;
  #innermost = null; // the last object that is judged
  #at = 0;
  flawed = new Set();

  constructor(text, judged) {
    this.#text = text;
    this.#judged = judged;
  }

  /** Throws an error about something at this depth, or only remembers it where nothing is judged. */
  #refuse(depth, error) {
    if (depth <= this.#judged) throw error;
    this.flawed.add(this.#innermost);
  }

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
      case "number":
        if (text.length > MAX_DIGITS) this.#refuse(depth + 1, new NotJSON("it has a number of too many digits"));
        return readNumber(text);
      case "word": return { true: true, false: false, null: null }[text];
      default: throw new NotJSON("it is not JSON");
    }
  }

  #object(depth) {
    const object = Object.create(null);
    if (depth === this.#judged) this.#innermost = object;
    this.#items(depth, "}", () => {
      const [kind, text] = this.#next();
      if (kind !== "string") throw new NotJSON("it is not JSON");
      const name = unquote(text);
      if (name in object) this.#refuse(depth, new DuplicateName("it has a name twice"));
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
    if (depth > MAX_DEPTH) this.#refuse(depth, new NotJSON("it is nested too deeply"));
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
  return text.length <= MAX_DIGITS && /^-?\d+$/.test(text) ? BigInt(text) : Number(text);
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
