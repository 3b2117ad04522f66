const ascii = /^[ -~]*$/;

/** Control characters and those that turn the direction of writing: names come from files and clients. */
const unsafe = /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu;

/** A text that cannot write to the terminal by itself. */
export function harmless(text: string): string {
  return ascii.test(text) ? text : text.replace(unsafe, '\u{fffd}');
}
