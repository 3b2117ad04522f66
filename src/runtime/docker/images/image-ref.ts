/** An image that the engine has. */
export interface ImageRef {
  /** What containers are created with: tag or digest. */
  readonly reference: string;
  /** The engine's id of it. */
  readonly id: string;
  readonly origin: 'present' | 'assembled' | 'pulled';
}
