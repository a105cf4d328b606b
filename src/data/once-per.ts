// What is computed of samples that do not change while they are trained on, such as how many of their inputs are not zero: once for each
// object, however many runs share it. Every call of `train` has objects of its own, so that samples that a program changes between
// two calls are looked at anew.

/** The same function, which remembers its result as long as what it is of. */
export function oncePer<K extends object, V>(compute: (of: K) => V): (of: K) => V {
  const known = new WeakMap<K, { readonly value: V }>();
  return (of) => {
    let found = known.get(of);
    if (!found) {
      found = { value: compute(of) };
      known.set(of, found);
    }
    return found.value;
  };
}
