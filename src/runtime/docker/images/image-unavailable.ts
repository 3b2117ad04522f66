/** Why an image cannot be had. */
export type ImageProblem =
  /** No registry knows it, or the reference is no reference. */
  | 'not-found'
  /** It is not here, and the registry does not answer. */
  | 'no-registry'
  /** It is not here, and may not be pulled now (`--offline`). */
  | 'offline'
  /** The registry wants a login, or pulls less often. */
  | 'denied'
  | 'disk-full'
  /** It exists, but not for the engine's architecture. */
  | 'wrong-architecture'
  /** The caller gave up. */
  | 'stopped'
  /** The engine failed in another way; the message holds its words. */
  | 'failed';

/** An image that cannot be had. The message says what is wrong, the hint what to do or to type. */
export class ImageUnavailable extends Error {
  override readonly name = 'ImageUnavailable';
  /** As asked for. */
  readonly reference: string;
  readonly problem: ImageProblem;
  readonly hint: string;

  constructor(reference: string, problem: ImageProblem, { message, hint, cause }: ImageUnavailableWords) {
    super(message, { cause });
    this.reference = reference;
    this.problem = problem;
    this.hint = hint;
  }
}

export interface ImageUnavailableWords {
  readonly message: string;
  readonly hint: string;
  readonly cause?: unknown;
}
