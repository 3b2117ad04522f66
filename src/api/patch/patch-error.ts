/** A patch that is none (`malformed`), or one that does not fit to the object (`inapplicable`). */
export class PatchError extends Error {
  readonly problem: 'malformed' | 'inapplicable';

  constructor(problem: 'malformed' | 'inapplicable', message: string) {
    super(message);
    this.name = 'PatchError';
    this.problem = problem;
  }
}
