/** A query parameter cannot be understood: the client's mistake. The message is what it is told. */
export class QueryError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'QueryError';
  }
}
