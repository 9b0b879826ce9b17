// @ts-check
// Keeps the project in the store as it changes, and brings it back.

/** @returns {any} all of a project but its photos' content */
export function stateOf(project) {
  const { kinds, grouping, nextKind, nextGroup } = project;
  return {
    kinds,
    grouping,
    nextKind,
    nextGroup,
    answered: project.answered && [...project.answered],
    photos: project.photos.map(({ sha256, kind, group, out }) => ({ sha256, kind, group, out })),
  };
}

/** Put what was kept into a project; photos that have no record are left out. */
export function restore(project, photos, state) {
  const known = new Map(photos.map(photo => [photo.sha256, photo]));
  Object.assign(project, {
    kinds: state.kinds,
    grouping: state.grouping,
    nextKind: state.nextKind,
    nextGroup: state.nextGroup,
    answered: state.answered && new Map(state.answered),
    history: [],
    photos: state.photos.filter(({ sha256 }) => known.has(sha256)).map(own => ({ ...known.get(own.sha256), ...own })),
  });
  project.changed();
}

/** Write the state at once when something changes, but not at each of a hundred changes: then after a while again. */
export function keep(project, store, delay = 200) {
  let writing = false;
  let changed = false;
  const save = async () => {
    changed = true;
    if (writing) return;
    writing = true;
    while (changed) {
      changed = false;
      await store.putState(stateOf(project));
      await new Promise(resolve => {
        setTimeout(resolve, delay);
      });
    }
    writing = false;
  };
  project.addEventListener('change', save);
  addEventListener('pagehide', () => {
    if (changed) store.putState(stateOf(project));
  });
}
