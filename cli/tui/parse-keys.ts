/** A key or text as it came from a terminal. */
export type KeyInput =
  /** A key by its name (`up`, `enter`, `ctrl-c`, `a`). */
  | { readonly type: 'key'; readonly key: string }
  /** Pasted at once: never taken for keys. */
  | { readonly type: 'paste'; readonly text: string };

const sequences: Readonly<Record<string, string>> = {
  '[A': 'up',
  '[B': 'down',
  '[C': 'right',
  '[D': 'left',
  OA: 'up',
  OB: 'down',
  OC: 'right',
  OD: 'left',
  '[H': 'home',
  '[F': 'end',
  OH: 'home',
  OF: 'end',
  '[1~': 'home',
  '[4~': 'end',
  '[7~': 'home',
  '[8~': 'end',
  '[3~': 'delete',
  '[5~': 'page-up',
  '[6~': 'page-down',
  '[Z': 'shift-tab',
  OP: 'f1',
  '[11~': 'f1',
  '[[A': 'f1',
};

const controls: Readonly<Record<string, string>> = {
  '\r': 'enter',
  '\n': 'enter',
  '\t': 'tab',
  '\u007f': 'backspace',
  '\b': 'backspace',
  ' ': 'space',
};

/** What a terminal answers to questions that nobody here has asked (OSC … BEL or ST). */
const operatingSystemCommand = new RegExp(['^\u001b\\][^\u0007\u001b]*', '(?:\u0007|\u001b\\\\)'].join(''));
const maxAnswer = 4096;

const pasteBegin = '\u001b[200~';
const pasteEnd = '\u001b[201~';

/** An escape that nothing follows within so long is the key, milliseconds. */
const escapeMs = 30;

/** Pieces of what is clearly a sequence, or of a paste, may come late over a slow line, milliseconds. */
const pieceMs = 1000;

/** More than so much that is no end of a paste is given up, characters. */
const maxPaste = 100_000;

/**
 * Takes a terminal's input apart. An escape sequence may come in pieces, so what may still go on is kept; `flush` gives it
 * up: it was the escape key alone. Whatever it does not know is dropped, so garbage does nothing.
 */
export class KeyParser {
  #rest = '';

  /** Keys that are complete now. */
  feed(text: string): readonly KeyInput[] {
    this.#rest += text;
    const found: KeyInput[] = [];
    while (this.#rest !== '') {
      const step = next(this.#rest);
      if (step === undefined) break;
      this.#rest = this.#rest.slice(step.length);
      if (step.input !== undefined) found.push(step.input);
    }
    return found;
  }

  /** How long what is incomplete waits for more, milliseconds; `undefined`: nothing waits. */
  get patienceMs(): number | undefined {
    if (this.#rest === '') return undefined;
    return this.#rest === '\u001b' ? escapeMs : pieceMs;
  }

  /** Nothing more came: what waits is the escape key, or nothing at all. */
  flush(): readonly KeyInput[] {
    const isEscape = this.#rest === '\u001b';
    this.#rest = '';
    return isEscape ? [{ type: 'key', key: 'esc' }] : [];
  }
}

interface Step {
  readonly length: number;
  readonly input?: KeyInput;
}

/** The first key of a text; `undefined`: it may go on. */
function next(text: string): Step | undefined {
  if (!text.startsWith('\u001b')) return plain(text);
  if (text.startsWith(pasteBegin)) return paste(text);
  // Two escapes in a row are one that was pressed before something else.
  if (text.startsWith('\u001b\u001b')) return { length: 1, input: { type: 'key', key: 'esc' } };
  const [answer] = operatingSystemCommand.exec(text) ?? [];
  if (answer !== undefined) return { length: answer.length };
  if (text.startsWith('\u001b]')) return text.length > maxAnswer ? { length: text.length } : undefined;
  const [rest] = /^(?:\[\[?[\d;?<>=]*[ -/]*[@-~]|O[ -~]|[^[O])/.exec(text.slice(1)) ?? [];
  if (rest === undefined) return text.length > 64 ? { length: text.length } : undefined;
  const key = sequences[rest];
  return { length: rest.length + 1, ...(key === undefined ? {} : { input: { type: 'key', key } as const }) };
}

function paste(text: string): Step | undefined {
  const end = text.indexOf(pasteEnd);
  if (end < 0) return text.length > maxPaste ? { length: text.length } : undefined;
  return {
    length: end + pasteEnd.length,
    input: { type: 'paste', text: text.slice(pasteBegin.length, end) },
  };
}

function plain(text: string): Step {
  const character = String.fromCodePoint(text.codePointAt(0) ?? 0);
  const { length } = character;
  const named = controls[character];
  if (named !== undefined) return { length, input: { type: 'key', key: named } };
  const code = character.charCodeAt(0);
  if (code < 32) {
    return { length, input: { type: 'key', key: `ctrl-${String.fromCharCode(code + 96)}` } };
  }
  // What is no character at all (a broken UTF-8 sequence), or invisible.
  if (/[\p{Cc}\p{Cf}\u{fffd}]/u.test(character)) return { length };
  return { length, input: { type: 'key', key: character } };
}
