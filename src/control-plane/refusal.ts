/** Why a stream is not served, in words for people. */
export class Refusal extends Error {
  /** gRPC status: 16 for who is not known, 7 for who is not allowed. */
  readonly code: 7 | 16;

  constructor(code: 7 | 16, reason: string) {
    super(reason);
    this.code = code;
  }
}
