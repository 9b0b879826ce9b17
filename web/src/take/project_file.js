// @ts-check
// project.zip: a folder of photos for each kind, and in it one for each subject if these are known, which `--data`
// reads as it is; and a file that the page needs.
import { byFolder } from '../looking.js';
import { GROUPINGS } from '../project.js';
import { unzip, zip } from './zip.js';

const CONTENTS = 'project.json';
const FORMAT = 1;
const ENDINGS = /\.(jpe?g|png|gif|webp|tiff?|bmp)$/i;
const TYPES = {
  'image/jpeg': '.jpg',
  'image/png': '.png',
  'image/gif': '.gif',
  'image/webp': '.webp',
  'image/bmp': '.bmp',
};

/** Make a name that every file system takes. */
function fileName(text) {
  return (
    text
      .normalize('NFC')
      .replace(/[\p{C}<>:"/\\|?*]/gu, '_')
      .replace(/^[.\s]+|[.\s]+$/g, '')
      .slice(0, 100) || '_'
  );
}

/** Return a function that gives each name once, ignoring case, with a number where it was given before. */
function givenOnce() {
  const given = new Set();
  return name => {
    const [, stem, ending] = /^(.*?)(\.\w+)?$/s.exec(name);
    let found = name;
    for (let number = 2; given.has(found.toLowerCase()); number++) found = `${stem}-${number}${ending ?? ''}`;
    given.add(found.toLowerCase());
    return found;
  };
}

/**
 * Return a function that names a photo's folder within its kind: none if no photo belongs with another; else one for
 * each group, of the same name in each kind, and one for each photo by itself.
 */
function subjectFolders(project) {
  const photos = project.photos.filter(photo => !photo.out && project.kind(photo.kind));
  const folders = new Map();
  const once = givenOnce();
  if (!photos.some(photo => project.groupOf(photo))) return () => '';
  return photo => {
    const group = project.groupOf(photo);
    const key = group ?? photo.sha256;
    const name = group ? group.split(' ').slice(1).join(' ') : photo.name.replace(/\.\w+$/, '');
    // Mere numbers would be other subjects in each kind.
    if (!folders.has(key))
      folders.set(key, once(fileName(/^\d+$/.test(name) ? `${group ? 'group' : 'photo'} ${name}` : name)));
    return `${folders.get(key)}/`;
  };
}

/** @returns {Promise<Blob>} of a project; photos whose file could not be kept are not in it */
export async function saveProject(project, nameOf) {
  const entries = [];
  const photos = [];
  const folderName = givenOnce();
  const subjectFolder = subjectFolders(project);
  for (const kind of project.kinds) {
    const folder = folderName(fileName(nameOf(kind)));
    const photoName = givenOnce();
    for (const photo of project.of(kind)) {
      if (!photo.blob) continue;
      const ending = ENDINGS.test(photo.name) ? '' : (TYPES[photo.blob.type] ?? '.jpg');
      const path = `${folder}/${subjectFolder(photo)}${photoName(fileName(photo.name + ending))}`;
      entries.push({ path, content: photo.blob });
      photos.push({ path, name: photo.name, sha256: photo.sha256, group: photo.group });
    }
  }
  const contents = { format: FORMAT, grouping: project.grouping, photos };
  entries.push({ path: CONTENTS, content: new Blob([JSON.stringify(contents, null, 1)]) });
  return zip(entries);
}

/**
 * Open what `saveProject` made, or any zip with a folder of photos for each kind.
 * @returns {Promise<{folders: Map<string, File[]>, loose: File[], own: Map<File, object>, grouping: string}>}
 *   loose: those in no folder; own: what is known of a photo already
 */
export async function openProject(blob) {
  const entries = await unzip(blob);
  const known = entries.find(entry => entry.path === CONTENTS);
  const contents = known ? JSON.parse(await (await known.read()).text()) : { format: FORMAT, grouping: '', photos: [] };
  if (contents.format !== FORMAT) throw new Error(`format ${contents.format}`);
  const byPath = new Map(contents.photos.map(photo => [photo.path, photo]));
  const own = new Map();
  const files = [];
  for (const { path, read } of entries) {
    if (path === CONTENTS || !ENDINGS.test(path)) continue;
    const saved = byPath.get(path);
    const file = new File([await read()], saved?.name ?? path.split('/').at(-1));
    if (saved?.group) own.set(file, { group: `${saved.group}` });
    const parts = path.split('/');
    // Its own subjects' folders are known already.
    files.push({ path: saved ? `${parts[0]}/${parts.at(-1)}` : path, file });
  }
  const loose = files.filter(({ path }) => !path.includes('/')).map(({ file }) => file);
  const grouping = GROUPINGS.includes(contents.grouping) ? contents.grouping : '';
  return { folders: byFolder(files), loose, own, grouping };
}
