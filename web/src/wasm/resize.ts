// Pixels to what the network takes: catsex/photos/preprocessing.py, a stripe of rows at a time.

/** Where memory is free. */
export function base(): usize {
  return (__heap_base + 15) & ~15;
}

@inline function overWhite(colour: i32, alpha: i32): i32 {
  return (colour * alpha + 255 * (255 - alpha) + 127) / 255;
}

/** One row of RGBA bytes -> float32 (width, 4), centred, in `line`; transparent parts laid over white. */
function centre(pixels: usize, width: i32, line: usize, sums: usize): void {
  const middle = f32x4.splat(127.5);
  let red: u64 = 0, green: u64 = 0, blue: u64 = 0, squares: u64 = 0;
  for (let x = 0; x < width; x++) {
    let pixel = load<u32>(pixels + ((<usize>x) << 2));
    const alpha = <i32>(pixel >>> 24);
    let r = <i32>(pixel & 255), g = <i32>((pixel >>> 8) & 255), b = <i32>((pixel >>> 16) & 255);
    if (alpha < 255) {
      r = overWhite(r, alpha);
      g = overWhite(g, alpha);
      b = overWhite(b, alpha);
      pixel = <u32>(r | (g << 8) | (b << 16));
    }
    red += r;
    green += g;
    blue += b;
    squares += (r + g + b) * (r + g + b);
    const wide = i32x4.extend_low_i16x8_u(i16x8.extend_low_i8x16_u(i32x4.replace_lane(i32x4.splat(0), 0, <i32>pixel)));
    v128.store(line + ((<usize>x) << 4), f32x4.sub(f32x4.convert_i32x4_s(wide), middle));
  }
  store<u64>(sums, load<u64>(sums) + red);
  store<u64>(sums + 8, load<u64>(sums + 8) + green);
  store<u64>(sums + 16, load<u64>(sums + 16) + blue);
  store<u64>(sums + 24, load<u64>(sums + 24) + squares);
}

/**
 * Add some rows of a photo to the rows of the result that they take part in.
 * pixels: `count` rows of RGBA bytes, the first of them row `first` of the photo; begins (height + 1), outs, weights:
 * row y adds `weights[i]` of itself to row `outs[i]`, for i from begins[y] to begins[y + 1]; line: (width, 4), for own
 * use; columns (new height, width, 4), float32; sums: four uint64, of red, green, blue and (red + green + blue) ** 2.
 */
export function down(pixels: usize, first: i32, count: i32, width: i32, begins: usize, outs: usize, weights: usize,
  line: usize, columns: usize, sums: usize): void {
  const bytes = (<usize>width) << 4;
  for (let y = 0; y < count; y++) {
    centre(pixels + ((<usize>(y * width)) << 2), width, line, sums);
    const begin = begins + ((<usize>(first + y)) << 2), end = <usize>load<i32>(begin + 4);
    for (let i = <usize>load<i32>(begin); i < end; i++) {
      const target = columns + (<usize>load<i32>(outs + (i << 2))) * bytes;
      const weight = v128.load32_splat(weights + (i << 2));
      for (let k: usize = 0; k < bytes; k += 16) {
        v128.store(target + k, f32x4.add(v128.load(target + k), f32x4.mul(weight, v128.load(line + k))));
      }
    }
  }
}

/**
 * Then each row's pixels: columns (size, width, 4) -> result (size, size, 3), -1 to 1.
 * firsts, begins (size + 1), weights: pixel x of the result is the sum of weights[i] times pixel
 * firsts[x] + i - begins[x], for i from begins[x] to begins[x + 1].
 */
export function across(columns: usize, width: i32, size: i32, firsts: usize, begins: usize, weights: usize,
  result: usize): void {
  for (let y = 0; y < size; y++) {
    const row = columns + ((<usize>(y * width)) << 4);
    for (let x = 0; x < size; x++) {
      const place = (<usize>x) << 2;
      const begin = <usize>load<i32>(begins + place), end = <usize>load<i32>(begins + place + 4);
      let source = row + ((<usize>load<i32>(firsts + place)) << 4), sum = f32x4.splat(0);
      for (let i = begin; i < end; i++) {
        sum = f32x4.add(sum, f32x4.mul(v128.load32_splat(weights + (i << 2)), v128.load(source)));
        source += 16;
      }
      sum = f32x4.div(sum, f32x4.splat(127.5));
      const target = result + (<usize>((y * size + x) * 12));
      store<f32>(target, f32x4.extract_lane(sum, 0));
      store<f32>(target + 4, f32x4.extract_lane(sum, 1));
      store<f32>(target + 8, f32x4.extract_lane(sum, 2));
    }
  }
}
