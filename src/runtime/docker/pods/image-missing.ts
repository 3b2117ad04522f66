/** There is no image, and nothing may stand in for it. */
export class ImageMissing extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'ImageMissing';
  }
}
