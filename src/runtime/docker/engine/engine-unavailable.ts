/** Why an engine cannot be used. */
export type EngineProblem = 'absent' | 'no-permission' | 'too-old' | 'not-answering' | 'tls' | 'unsupported';

/** There is no engine to use: why, and what to type. */
export class EngineUnavailable extends Error {
  override readonly name = 'EngineUnavailable';
  readonly reason: EngineProblem;
  readonly hint: string;

  constructor(reason: EngineProblem, message: string, hint: string) {
    super(message);
    this.reason = reason;
    this.hint = hint;
  }
}
