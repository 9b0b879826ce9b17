// Where the built files lie, whose names have a checksum of their content in them.

/** The address of a file of the build, such as look.js. */
// @ts-expect-error: given by the build
export const addressOf = name => new URL(NAMED[name], self.location.href).href;

/** What the network's files are called, but for their endings: Python writes it into index.html; workers have it for a name. */
export const networkName = () =>
  self.document?.querySelector('meta[name=network]').getAttribute('content') ?? self.name;

/** The address of one of the network's files, by its ending. */
export const networkFile = ending => new URL(`${networkName()}.${ending}`, self.location.href).href;
