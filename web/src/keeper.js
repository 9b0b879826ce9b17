// Keeps the project in the store as it changes, and brings it back.

/** @returns {any} all of a project but its photos' content */
export function stateOf(project) {
  const { kinds, grouping, nextKind, nextGroup, meter } = project;
  return {
    kinds,
    grouping,
    nextKind,
    nextGroup,
    meter,
    answered: project.answered && [...project.answered],
    photos: project.photos.map(({ sha256, kind, group, out }) => ({ sha256, kind, group, out })),
  };
}

/**
 * Put what was kept into a project; photos that have no record are left out. Kinds and photos that are there stay the
 * same objects, since whoever shows them holds on to these. A photo whose record was kept just before the page was
 * closed is not in the state yet: it goes into the kind that it was given for.
 */
export function restore(project, photos, state) {
  const known = new Map(photos.map(photo => [photo.sha256, photo]));
  const there = new Map(project.photos.map(photo => [photo.sha256, photo]));
  const listed = new Set(state.photos.map(({ sha256 }) => sha256));
  const last = photos
    .filter(({ sha256, kind }) => !listed.has(sha256) && state.kinds.some(({ id }) => id === kind))
    .map(({ sha256, kind, group }) => ({ sha256, kind, group, out: false }));
  Object.assign(project, {
    kinds: state.kinds.map(kind => Object.assign(project.kind(kind.id) ?? {}, kind)),
    grouping: state.grouping,
    nextKind: state.nextKind,
    nextGroup: state.nextGroup,
    meter: state.meter ?? { rounds: [], seen: [] },
    answered: state.answered && new Map(state.answered),
    history: [],
    photos: [...state.photos, ...last]
      .filter(({ sha256 }) => known.has(sha256))
      .map(own => Object.assign(there.get(own.sha256) ?? {}, known.get(own.sha256), own)),
  });
  project.changed();
}

/** Write the state at once when something changes, but not at each of a hundred changes: then after a while again. */
export function keep(project, store, tabs, delay = 200) {
  let writing = false;
  let changed = false;
  const save = async () => {
    if (!tabs.leads) return;
    changed = true;
    if (writing) return;
    writing = true;
    while (changed) {
      changed = false;
      await store.putState(stateOf(project));
      tabs.tell();
      await new Promise(resolve => {
        setTimeout(resolve, delay);
      });
    }
    writing = false;
  };
  project.addEventListener('change', save);
  // Whoever closes a tab may not leave the time to wait.
  const hurry = () => changed && store.putState(stateOf(project));
  addEventListener('pagehide', hurry);
  document.addEventListener('visibilitychange', hurry);
}
