// The worker that reads codes out of pictures. Its own policy allows WebAssembly; no page needs to.
let reader = null;
const OPTIONS = {
  formats: ["Code128", "Code39", "ITF", "EAN13", "EAN8", "UPCA", "UPCE", "QRCode", "DataMatrix"],
  tryHarder: true,
  tryInvert: false,
  maxNumberOfSymbols: 4,
};

self.onmessage = async ({ data }) => {
  try {
    if (data.script) prepare(data);
    else self.postMessage({ codes: await read(data) });
  } catch (wrong) {
    self.postMessage({ broken: String(wrong) });
  }
};

function prepare({ script, wasm }) {
  self.importScripts(script);
  reader = self.ZXingWASM;
  reader.prepareZXingModule({ overrides: { locateFile: () => wasm }, fireImmediately: true });
}

// What lies nearest to the middle comes first: two labels in one picture are one answer.
async function read({ pixels, width, height }) {
  const image = new ImageData(new Uint8ClampedArray(pixels), width, height);
  const found = await reader.readBarcodes(image, OPTIONS);
  const far = ({ position: { topLeft: a, bottomRight: b } }) => Math.hypot((a.x + b.x - width) / 2, (a.y + b.y - height) / 2);
  return found.filter((code) => code.isValid && code.text).sort((a, b) => far(a) - far(b)).map((code) => code.text);
}
