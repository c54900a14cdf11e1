// A scanner that types: keys less than 35 ms apart that end in Enter are a scan, wherever the focus is.
// No document in here, so that it can be tested with keys and times alone.
export const SCAN_GAP = 35;
export const SHORTEST_SCAN = 3;

export class Burst {
  constructor() {
    this.clear();
  }

  clear() {
    this.keys = "";
    this.last = -Infinity;
  }

  // Take one printable key; say whether it belongs to the keys before it.
  take(key, at) {
    const follows = at - this.last < SCAN_GAP;
    this.keys = follows ? this.keys + key : key;
    this.last = at;
    return follows;
  }

  // Whether a scan may be under way. A page on its way out is slower than a scanner.
  isOpen(at) {
    return this.keys.length > 0 && at - this.last < 3 * SCAN_GAP;
  }

  // Enter or Tab: return the code that was scanned, or null where a person typed.
  end(at) {
    const scanned = at - this.last < SCAN_GAP && this.keys.length >= SHORTEST_SCAN ? this.keys : null;
    this.clear();
    return scanned;
  }
}
