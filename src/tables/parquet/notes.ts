// What public hubs note about columns in the footer of a Parquet file: of a column of class numbers what the classes are called (the
// ClassLabel of Hugging Face's datasets). Notes that are not as expected say nothing.

/** Of the library that writes them. */
const KEY = 'huggingface';
/** Characters of notes that are looked at: ImageNet's thousand names have 40,000. */
const MOST_NOTES = 1 << 22;

interface Feature {
  readonly _type?: unknown;
  readonly names?: unknown;
}

/** What the numbers of a column stand for, by its name. */
export function classNamesIn(notes: ReadonlyMap<string, string>): ReadonlyMap<string, readonly string[]> {
  const text = notes.get(KEY) ?? '';
  const found = new Map<string, readonly string[]>();
  if (text.length > MOST_NOTES) return found;
  for (const [column, feature] of Object.entries(featuresOf(text))) {
    const { _type, names } = (feature ?? {}) as Feature;
    if (_type === 'ClassLabel' && Array.isArray(names) && names.every((name) => typeof name === 'string')) found.set(column, names);
  }
  return found;
}

function featuresOf(text: string): object {
  try {
    const { info } = JSON.parse(text) as { readonly info?: { readonly features?: unknown } };
    return Object(info?.features);
  } catch {
    return {};
  }
}
