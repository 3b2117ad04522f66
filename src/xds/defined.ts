type Defined<T> = { [Key in keyof T]?: Exclude<T[Key], undefined> };

/** The object without its `undefined` members: protobuf's JSON form knows absent, not undefined. */
export function defined<T extends object>(object: T): Defined<T> {
  const result: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(object)) if (value !== undefined) result[name] = value;
  return result as Defined<T>;
}
