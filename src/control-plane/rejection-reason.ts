/** Where Envoy begins to dump a whole message into an error: the text is of no use to people, and long. */
const dump = /\s*goo\.gle\/debug[a-z]*\b[\s\S]*?(?=: Proto constraint validation failed|$)/g;

/** Envoy's words about a refused resource, without dumps of messages. */
export function rejectionReason(message: string): string {
  const trimmed = message
    .replace(dump, '')
    .replace(/^[\s:]+/, '')
    .replace(/[\s:]+$/, '');
  return trimmed === '' ? message.slice(0, 500) : trimmed;
}
