// project.zip: a folder of photos for each kind, and in it one for each subject if these are known, which `--data`
// reads as it is; and a file that the page needs.
import { byFolder } from '../looking.js';
import { GROUPINGS } from '../project.js';
import { readModel } from './model_file.js';
import { unzip, ZipError, zip } from './zip.js';

const CONTENTS = 'project.json';
const FORMAT = 1;
const ENDINGS = /\.(jpe?g|png|gif|webp|tiff?|bmp|hei[cf]|avif)$/i;
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

/**
 * @param {(arg: any) => Promise<Blob|null>} fileOf - of a photo
 * @param {{path: string, content: Blob}[]} [model] - as `modelMembers` returns them; none as long as there is no answer
 * @returns {Promise<Blob>} of a project; photos whose file could not be kept are not in it
 */
export async function saveProject(project, nameOf, fileOf, model = []) {
  const entries = [...model];
  const photos = [];
  const folderName = givenOnce();
  const subjectFolder = subjectFolders(project);
  for (const kind of project.kinds) {
    const folder = folderName(fileName(nameOf(kind)));
    const photoName = givenOnce();
    for (const photo of project.of(kind)) {
      const content = await fileOf(photo);
      if (!content) continue;
      const ending = ENDINGS.test(photo.name) ? '' : (TYPES[content.type] ?? '.jpg');
      const path = `${folder}/${subjectFolder(photo)}${photoName(fileName(photo.name + ending))}`;
      entries.push({ path, content });
      photos.push({ path, name: photo.name, sha256: photo.sha256, group: photo.group });
    }
  }
  const contents = { format: FORMAT, grouping: project.grouping, photos };
  entries.push({ path: CONTENTS, content: new Blob([JSON.stringify(contents, null, 1)]) });
  return zip(entries);
}

/**
 * Open what `saveProject` made, any zip of photos, with a folder for each kind or without, or a model.
 * @returns {Promise<{folders: Map<string, File[]>, loose: File[], own: Map<File, object>, grouping: string, model: any}>}
 *   loose: photos in no folder; own: what is known of a photo already; model: as `readModel` returns it
 * @throws {ZipError} if it is no such file
 */
export async function openProject(blob) {
  const entries = await unzip(blob);
  const contents = await contentsOf(entries.find(entry => entry.path === CONTENTS));
  const byPath = new Map(contents.photos.map(photo => [photo.path, photo]));
  const own = new Map();
  const files = [];
  for (const { path, read } of entries) {
    if (path === CONTENTS || !ENDINGS.test(path) || path.includes('__MACOSX/')) continue;
    const saved = byPath.get(path);
    const file = new File([await read()], String(saved?.name ?? path.split('/').at(-1)));
    if (saved?.group) own.set(file, { group: `${saved.group}` });
    const parts = path.split('/');
    // Its own subjects' folders are known already.
    files.push({ path: saved ? `${parts[0]}/${parts.at(-1)}` : path, file });
  }
  const model = await readModel(entries);
  if (!files.length && !model) throw new ZipError('empty');
  const loose = files.filter(({ path }) => !path.includes('/')).map(({ file }) => file);
  return { folders: byFolder(files), loose, own, grouping: contents.grouping, model };
}

/** Read what the page itself has written beside the photos; a zip of somebody else has nothing. */
async function contentsOf(entry) {
  if (!entry) return { grouping: '', photos: [] };
  const text = await (await entry.read()).text();
  let contents;
  try {
    contents = JSON.parse(text);
  } catch {
    throw new ZipError('damaged');
  }
  if (contents?.format !== FORMAT || !Array.isArray(contents.photos)) throw new ZipError('format');
  const photos = contents.photos.filter(photo => typeof photo?.path === 'string');
  return { grouping: GROUPINGS.includes(contents.grouping) ? contents.grouping : '', photos };
}

/** The key of a sentence that says why a zip cannot be opened. */
export const projectTrouble = error =>
  ({ large: 'project.large', empty: 'project.none' })[error.kind] ?? 'project.wrong';
