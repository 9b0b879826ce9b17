// The photos and their kinds: what the page is about, and what undo goes back to.
import { subjectOf } from './evaluation/groups.js';

/**
 * What was said about photos of the same subject: nothing yet, that there are none, that they are joined, or are named
 * alike.
 */
export const GROUPINGS = ['', 'none', 'given', 'names'];

/**
 * A photo: {sha256, name, blob, thumbnail, features, trivial, taken (by what camera and when, or null), width, height,
 * kind (an id), group (a name or null), out (left out)}.
 */
export class Project extends EventTarget {
  photos;
  nextKind;
  history;
  nextGroup;
  answered;

  constructor() {
    super();
    this.clear();
  }

  clear() {
    Object.assign(this, {
      kinds: [],
      photos: [],
      grouping: '',
      answered: null,
      meter: { rounds: [], seen: [] },
      history: [],
      nextKind: 1,
      nextGroup: 1,
    });
    this.changed();
  }

  /** Tell whoever shows or keeps the project. */
  changed() {
    this.dispatchEvent(new Event('change'));
  }

  addKind(name = '') {
    const kind = { id: this.nextKind++, name };
    this.kinds.push(kind);
    this.changed();
    return kind;
  }

  removeKind(kind) {
    this.step(() => {
      for (const photo of this.of(kind)) photo.out = true;
      this.kinds = this.kinds.filter(other => other !== kind);
    });
  }

  kind(id) {
    return this.kinds.find(kind => kind.id === id);
  }

  /** The photos of a kind that are not left out, in the order in which they came. */
  of(kind) {
    return this.photos.filter(photo => photo.kind === kind.id && !photo.out);
  }

  /**
   * Add a photo that was looked at.
   * @returns {object|null} the photo that was there before, if it is the same file
   */
  add(photo, kind) {
    const same = this.photos.find(other => other.sha256 === photo.sha256);
    if (same && !same.out && this.kind(same.kind)) return same;
    if (same) Object.assign(same, { kind: kind.id, out: false, group: null });
    else this.photos.push({ group: null, out: false, ...photo, kind: kind.id });
    this.changed();
    return null;
  }

  /** Do something that can be undone. */
  step(change) {
    this.history.push({
      kinds: [...this.kinds],
      grouping: this.grouping,
      photos: this.photos.map(photo => [photo, photo.kind, photo.group, photo.out]),
    });
    change();
    this.changed();
  }

  undo() {
    const before = this.history.pop();
    if (!before) return;
    Object.assign(this, { kinds: before.kinds, grouping: before.grouping });
    for (const [photo, kind, group, out] of before.photos) Object.assign(photo, { kind, group, out });
    this.changed();
  }

  move(photos, kind) {
    this.step(() => {
      for (const photo of photos) Object.assign(photo, { kind: kind.id, out: false });
    });
  }

  leaveOut(photos) {
    this.step(() => {
      for (const photo of photos) photo.out = true;
    });
  }

  /** Say that photos show the same subject; those that belonged to one of them before do so too. */
  join(photos) {
    this.step(() => {
      const name = `${this.nextGroup++}`;
      const groups = new Set(photos.map(photo => photo.group).filter(group => group !== null));
      for (const photo of this.photos) if (photos.includes(photo) || groups.has(photo.group)) photo.group = name;
      if (this.grouping !== 'names') this.grouping = 'given';
    });
  }

  separate(photos) {
    this.step(() => {
      for (const photo of photos) photo.group = null;
    });
  }

  /** Whether anybody has said which photos show the same subject. */
  get saysGroups() {
    return this.grouping !== '' || this.photos.some(photo => !photo.out && photo.group !== null);
  }

  /** Whether photos taken within seconds are guessed to show the same: not where each is said to show another one. */
  get guessesBursts() {
    return this.grouping !== 'none';
  }

  /** The group that a photo counts in: one that was given, or that its name tells; else null. */
  groupOf(photo) {
    if (photo.group !== null) return `given ${photo.group}`;
    const subject = this.grouping === 'names' ? subjectOf(photo.name) : null;
    return subject && `${photo.kind} ${subject}`;
  }

  /** How many photos were moved or left out since the first answer. */
  get reviewed() {
    return this.photos.filter(photo => {
      const then = this.answered?.get(photo.sha256);
      return then !== undefined && (photo.out || photo.kind !== then);
    }).length;
  }

  /** Remember what the first answer was about. */
  keepAnswered(photos) {
    this.answered ??= new Map();
    for (const photo of photos) if (!this.answered.has(photo.sha256)) this.answered.set(photo.sha256, photo.kind);
  }

  /** What is asked about: kinds that have photos, and all those, in the order of their checksums. */
  question(nameOf) {
    const kinds = this.kinds.filter(kind => this.of(kind).length);
    const photos = kinds.flatMap(kind => this.of(kind)).sort((a, b) => (a.sha256 < b.sha256 ? -1 : 1));
    return {
      kinds,
      photos,
      classNames: distinct(kinds.map(nameOf)),
      labels: photos.map(photo => kinds.findIndex(k => k.id === photo.kind)),
    };
  }

  /** What the question depends on, as text: another text, another answer. */
  get state() {
    return JSON.stringify([
      this.saysGroups,
      this.guessesBursts,
      ...this.photos
        .filter(photo => !photo.out && this.kind(photo.kind))
        .map(photo => [photo.sha256, photo.kind, this.groupOf(photo)]),
    ]);
  }
}

/** Number names that occur twice. */
function distinct(names) {
  return names.map((name, i) => (names.indexOf(name) === i ? name : `${name} (${i + 1})`));
}
