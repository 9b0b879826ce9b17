/** A file that cannot be used as a photo; `kind` is the end of the key of a sentence, "trouble.…". */
export class PhotoError extends Error {
  constructor(kind) {
    super(kind);
    this.kind = kind;
  }
}
