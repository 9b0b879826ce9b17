// Elements in one line each.

/**
 * Make an element; properties are set on it, those of `aria`, `data` and `on` as attributes and listeners.
 * @param {string} tag
 * @param {object} properties
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

/** Make an SVG element. */
export function svg(tag, attributes = {}, ...inside) {
  const made = document.createElementNS('http://www.w3.org/2000/svg', tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...inside);
  return made;
}

/** Have the browser save a file. */
export function save(content, name, type = 'application/octet-stream') {
  const address = URL.createObjectURL(content instanceof Blob ? content : new Blob([content], { type }));
  element('a', { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), 60000);
}
