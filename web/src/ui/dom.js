// Elements in one line each.

/**
 * Make an element; properties are set on it, those of `aria`, `data` and `on` as attributes and listeners.
 * @param {string} tag
 * @param {any} properties
 * @param {...(Node|string)} inside
 */
export function element(tag, { aria = {}, data = {}, on = {}, ...properties } = {}, ...inside) {
  const made = Object.assign(document.createElement(tag), properties);
  for (const [name, value] of Object.entries(aria)) made.setAttribute(name === 'role' ? name : `aria-${name}`, value);
  Object.assign(made.dataset, data);
  for (const [name, listener] of Object.entries(on)) made.addEventListener(name, listener);
  made.append(...inside);
  return made;
}

/** A button that does something. */
export const button = (text, click, properties = {}) =>
  element('button', { type: 'button', textContent: text, on: { click }, ...properties });

/** A button that opens the browser's choice of files, and gives them as a list. */
export function fileButton(text, chosen, properties = {}) {
  const input = element('input', { type: 'file', ...properties });
  input.addEventListener('change', () => {
    const files = [...input.files];
    input.value = ''; // so that the same file can be chosen again
    if (files.length) chosen(files);
  });
  return element('label', { className: 'button' }, text, input);
}

/** The class that gives an element the colour of a kind of photos, the same wherever the kind is shown. */
export const colourOf = kind => `k${((kind.id - 1) % 8) + 1}`;

/** Make an SVG element. */
export function svg(tag, attributes = {}, ...inside) {
  const made = document.createElementNS('http://www.w3.org/2000/svg', tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...inside);
  return made;
}

/** A little drawing of strokes, which says nothing to those who cannot see it. */
export const icon = (path, size = 24) =>
  svg('svg', { class: 'icon', viewBox: `0 0 ${size} ${size}`, 'aria-hidden': 'true' }, svg('path', { d: path }));

export const CROSS = 'M6 6l12 12M18 6L6 18';

/** Have the browser save a file. */
export function save(content, name, type = 'application/octet-stream') {
  const address = URL.createObjectURL(content instanceof Blob ? content : new Blob([content], { type }));
  element('a', { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), 60000);
}

const addresses = new WeakMap();

/** The address of a photo's thumbnail, one for each photo. */
export function thumbnailOf(photo) {
  if (!addresses.has(photo)) addresses.set(photo, URL.createObjectURL(photo.thumbnail));
  return addresses.get(photo);
}
