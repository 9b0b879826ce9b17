// The pretrained network in the browser, by LiteRT.js.
import { loadAndCompile, loadLiteRt, Tensor } from '@litertjs/core';
import { addressOf, networkFile } from '../built.js';
import { SIZE } from '../constants.js';
import { hasRelaxedSimd } from '../support.js';

const FEATURE_OUTPUT = 1;
const MAP_OUTPUT = 2; // as catsex/page/network_file.py orders them; 0 are probabilities

/** Load the runtime, the one that this browser can run, and the network. */
export async function loadNetwork() {
  /** @type {any} */ (self).Module = { locateFile: addressOf }; // by which the runtime finds its own wasm
  await loadLiteRt(addressOf(`litert_wasm_${hasRelaxedSimd() ? '' : 'compat_'}internal.js`));
  return new Network(await loadAndCompile(networkFile('tflite'), { accelerator: 'wasm' }));
}

class Network {
  constructor(model) {
    this.model = model;
  }

  /**
   * @param {Float32Array} input - (224, 224, 3), -1 to 1
   * @param {boolean} withMaps - whether the maps are wanted too
   * @returns {Promise<{features: Float32Array, maps: Float32Array|null}>} features (1280), maps (7, 7, 1280)
   */
  async run(input, withMaps) {
    const tensor = new Tensor(input, [1, SIZE, SIZE, 3]);
    let outputs = [];
    try {
      outputs = await this.model.run(tensor);
      const read = index => outputs[index].toTypedArray().slice();
      return { features: read(FEATURE_OUTPUT), maps: withMaps ? read(MAP_OUTPUT) : null };
    } finally {
      for (const output of outputs) output.delete();
      tensor.delete();
    }
  }
}
