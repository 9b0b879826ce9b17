// A model with the page's own last layer: the network file, with the new layer's values appended and pointed to.

import { MODEL, SIZE } from '../constants.js';
import { FEATURES } from '../network/shape.js';
import { columns } from '../prediction/classifier.js';
import { Familiar } from '../prediction/out_of_distribution.js';
import { fromHalf, toHalf } from './half.js';
import { ZipError, zip } from './zip.js';

const { METADATA, LAST_LAYER, KNOWN_FEATURES } = MODEL; // catsex/prediction/page_model.py says what is in them

const align = n => Math.ceil(n / 16) * 16;

/**
 * @param {ArrayBuffer} network - mobilenetv2.tflite
 * @param {any} places - mobilenetv2.json: where in it the last layer lies
 * @param {any} head
 * @returns {Uint8Array} a LiteRT file: (1, 224, 224, 3), -1 to 1 -> probabilities (1, classes)
 */
export function withHead(network, places, head) {
  const { kernel, bias } = columns(head);
  const classes = head.classNames.length;
  // A vector of a flatbuffer: its length, then its values, which begin at a multiple of 16.
  const kernelAt = align(network.byteLength) + 12;
  const biasAt = align(kernelAt + 4 + kernel.byteLength) + 12;
  const whole = new Uint8Array(align(biasAt + 4 + bias.byteLength));
  const view = new DataView(whole.buffer);
  whole.set(new Uint8Array(network));
  for (const [at, field, values] of [
    [kernelAt, places.kernel, kernel],
    [biasAt, places.bias, bias],
  ]) {
    view.setUint32(at, values.byteLength, true);
    whole.set(new Uint8Array(values.buffer), at + 4);
    view.setUint32(field, at - field, true); // how far away it is
  }
  for (const place of places.classes) view.setInt32(place, classes, true);
  view.setUint32(places.outputs, 1, true); // probabilities alone
  return whole;
}

/** What the model takes and gives, in the words of Python's own exports, which keep it in the same place. */
export function contract(head, origin) {
  return {
    class_names: head.classNames,
    input: { shape: [1, SIZE, SIZE, 3], meaning: 'RGB photos, upright, resized as scikit-image does, pixels -1 to 1' },
    output: { shape: [1, head.classNames.length], meaning: 'probabilities, in the order of class_names' },
    features: FEATURES,
    ...origin,
  };
}

/**
 * @param {any} answer - head, familiar, and the results, of which the model says how good it is
 * @param {object} origin
 * @returns {{path: string, content: Blob}[]} what a zip has of a model: Python and this page open it again
 */
export function modelMembers({ head, familiar, results }, origin) {
  const { kernel, bias } = columns(head);
  const unit = familiar.remembered();
  const photos = unit.length / FEATURES;
  const about = {
    ...contract(head, origin),
    calibration: results.calibration,
    detector: { photos, threshold: familiar.threshold },
  };
  return [
    { path: METADATA, content: new Blob([JSON.stringify(about, null, 2)]) },
    { path: LAST_LAYER, content: new Blob([kernel, bias]) },
    { path: KNOWN_FEATURES, content: new Blob([/** @type {any} */ (toHalf(unit))]) },
  ];
}

/** @returns {Promise<Blob>} the model, with what Python and this page need of it in a zip at its end */
export const saveModel = (network, places, answer, origin) =>
  zip(modelMembers(answer, origin), withHead(network, places, answer.head));

/**
 * Read what `modelMembers` made, or Python.
 * @param {{path: string, read: () => Promise<Blob>}[]} entries - of a zip
 * @returns {Promise<{head: any, familiar: Familiar|null, right: number|null, fingerprint: string}|null>} null if there
 *   is no model in it
 * @throws {ZipError} if it is damaged
 */
export async function readModel(entries) {
  const find = name => entries.find(({ path }) => path === name);
  if (!find(METADATA) || !find(LAST_LAYER)) return null;
  const read = async name => (await find(name).read()).arrayBuffer();
  try {
    const about = JSON.parse(new TextDecoder().decode(await read(METADATA)));
    const classNames = about.class_names.map(String);
    const classes = classNames.length;
    const numbers = new Float32Array(await read(LAST_LAYER));
    if (classes < 2 || numbers.length !== classes * (FEATURES + 1)) throw new ZipError('damaged');
    const known = about.detector && find(KNOWN_FEATURES);
    return {
      head: {
        per: classes,
        classNames,
        kernel: numbers.subarray(0, classes * FEATURES),
        bias: numbers.subarray(classes * FEATURES),
      },
      familiar: known ? new Familiar(fromHalf(await read(KNOWN_FEATURES)), about.detector.threshold) : null,
      right: about.calibration?.right_of_100 ?? null,
      fingerprint: about.fingerprint,
    };
  } catch (error) {
    throw error instanceof ZipError ? error : new ZipError('damaged');
  }
}

/** @returns {string} a Python program that gives the page's numbers */
export function example(classNames) {
  return `"""Ask model.tflite about a photo, as the page did: python example.py PHOTO

Needs: pip install ai-edge-litert imageio scikit-image
"""
import sys

import imageio.v3 as iio
from ai_edge_litert.interpreter import Interpreter
from skimage.transform import resize

sys.stdout.reconfigure(errors="replace")  # names in letters that this console does not have
pixels = iio.imread(sys.argv[1], plugin="pillow", mode="RGB", rotate=True)  # upright, 0 to 255
photo = resize(pixels / 127.5 - 1, (${SIZE}, ${SIZE})).astype("float32")  # -1 to 1
model = Interpreter("model.tflite")
model.allocate_tensors()
model.set_tensor(model.get_input_details()[0]["index"], photo[None])
model.invoke()
probabilities = model.get_tensor(model.get_output_details()[0]["index"])[0]
for name, probability in zip(${pythonList(classNames)}, probabilities):
    print(f"{probability:.6f}  {name}")
`;
}

/** Write strings as Python does, in ASCII. */
const pythonList = names =>
  `[${names
    .map(name =>
      JSON.stringify(name.replace(/\p{Cs}/gu, '?')).replace(
        /[\u{7f}-\u{10ffff}]/gu,
        c => `\\U${c.codePointAt(0).toString(16).padStart(8, '0')}`,
      ),
    )
    .join(', ')}]`;
