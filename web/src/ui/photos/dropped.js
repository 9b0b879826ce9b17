// What was dropped or pasted, as a list of files with the folders that they lie in.

/**
 * Has to be called while the event lasts; folders are gone through after it.
 * @param {DataTransfer} transfer
 * @returns {Promise<{path: string, file: File}[]>}
 */
export async function filesOf(transfer) {
  const items = [...transfer.items].filter(item => item.kind === 'file');
  const found = items.map(item => item.webkitGetAsEntry?.() ?? item.getAsFile());
  const lists = await Promise.all(
    found.filter(Boolean).map(one => (one instanceof File ? [{ path: one.name, file: one }] : within(one))),
  );
  return lists.flat();
}

async function within(entry) {
  if (entry.isFile) {
    const file = await new Promise((resolve, reject) => {
      entry.file(resolve, reject);
    });
    return [{ path: entry.fullPath.replace(/^\//, ''), file }];
  }
  const reader = entry.createReader();
  const inside = [];
  for (;;) {
    // a hundred at a time, until there are no more
    const some = await new Promise((resolve, reject) => {
      reader.readEntries(resolve, reject);
    });
    if (!some.length) break;
    inside.push(...some);
  }
  return (await Promise.all(inside.map(within))).flat();
}

/** What was pasted has no names of its own. */
export function named(entries) {
  const time = new Date().toISOString().slice(0, 19).replaceAll(':', '.');
  return entries.map(({ file }, i) => {
    const ending = file.type.split('/')[1] ?? 'png';
    const name = `pasted ${time} ${i + 1}.${ending}`;
    return { path: name, file: new File([file], name, { type: file.type }) };
  });
}
