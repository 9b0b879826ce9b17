/** Round as Python does: a tie goes to the even number. */
export function roundHalfEven(x) {
  const low = Math.floor(x);
  return x - low === 0.5 ? low + (low % 2) : Math.round(x);
}
