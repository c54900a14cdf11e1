// Scanning with the camera. The panel leaves the strip in sight; a code goes the way of every scan. Loaded when it opens.
const EVERY_MS = 125; // at most eight pictures a second
const AGAIN_MS = 2000; // the same code counts again when it was out of the picture so long
const WIDEST = 1280;
const canvas = document.createElement("canvas");
let sendCode = null;
let stream = null;
let worker = null;
let last = { code: "", seen: -Infinity };
let opened = 0; // which opening this is: an answer to an earlier one is late

const panel = () => document.getElementById("camera");
const video = () => panel().querySelector("video");
const box = () => document.querySelector("[data-scan-input]");

// What is read goes to `send`: loaded by itself, this module has no part in the one script of the page.
export function toggle(send) {
  sendCode = send;
  if (panel().hidden) open();
  else close();
}

async function open() {
  panel().hidden = false;
  document.querySelectorAll("[data-camera]").forEach((button) => button.setAttribute("aria-expanded", "true"));
  document.addEventListener("keydown", onKey, true);
  document.addEventListener("visibilitychange", onHidden);
  window.addEventListener("pagehide", close);
  panel().addEventListener("click", onClick);
  box()?.setAttribute("inputmode", "none"); // no keyboard over the picture
  panel().querySelector("[data-camera-close]").focus();
  const mine = (opened += 1);
  try {
    const found = await ask();
    if (mine !== opened) return stop(found);
    stream = found;
    await start();
    look(mine);
  } catch (wrong) {
    if (mine === opened) say(reason(wrong));
  }
}

export function close() {
  if (panel().hidden) return;
  opened += 1;
  panel().hidden = true;
  document.querySelectorAll("[data-camera]").forEach((button) => button.setAttribute("aria-expanded", "false"));
  document.removeEventListener("keydown", onKey, true);
  document.removeEventListener("visibilitychange", onHidden);
  window.removeEventListener("pagehide", close);
  panel().removeEventListener("click", onClick);
  stop(stream);
  worker?.terminate();
  stream = worker = null;
  video().srcObject = null;
  box()?.setAttribute("inputmode", "text");
  box()?.focus({ preventScroll: true });
}

const stop = (some) => some?.getTracks().forEach((track) => track.stop());

function ask() {
  if (!window.isSecureContext || !navigator.mediaDevices) throw new Error("insecure");
  const picture = { facingMode: { ideal: "environment" }, width: { ideal: WIDEST }, height: { ideal: 960 } };
  return navigator.mediaDevices.getUserMedia({ audio: false, video: picture });
}

async function start() {
  say("on");
  const { decoder, script, wasm } = panel().dataset;
  worker = new Worker(decoder);
  worker.postMessage({ script: new URL(script, location).href, wasm: new URL(wasm, location).href });
  video().srcObject = stream;
  await video().play();
  showAbilities(stream.getVideoTracks()[0]);
}

// Which of the template's sentences is true now.
function say(name) {
  panel().dataset.state = name;
  panel().querySelector("[data-camera-says]").textContent = panel().dataset[`say${name[0].toUpperCase()}${name.slice(1)}`];
}

function reason(wrong) {
  if (wrong.message === "insecure") return "insecure";
  if (wrong.name === "NotAllowedError" || wrong.name === "SecurityError") return "denied";
  if (wrong.name === "NotFoundError" || wrong.name === "OverconstrainedError") return "none";
  return wrong.name === "NotReadableError" ? "busy" : "broken";
}

async function look(mine) {
  while (mine === opened) {
    const began = performance.now();
    const answer = await decode();
    if (mine !== opened) return;
    if (answer.broken) return say("broken");
    answer.codes.slice(0, 1).forEach(take);
    await new Promise((done) => setTimeout(done, Math.max(0, EVERY_MS - (performance.now() - began))));
  }
}

function decode() {
  const shown = video();
  if (shown.readyState < shown.HAVE_CURRENT_DATA) return { codes: [] };
  const scale = Math.min(1, WIDEST / shown.videoWidth);
  canvas.width = shown.videoWidth * scale;
  canvas.height = shown.videoHeight * scale;
  const drawn = canvas.getContext("2d", { willReadFrequently: true });
  drawn.drawImage(shown, 0, 0, canvas.width, canvas.height);
  const { data, width, height } = drawn.getImageData(0, 0, canvas.width, canvas.height);
  const asked = worker;
  return new Promise((done) => {
    asked.onmessage = ({ data: answer }) => done(answer);
    asked.onerror = () => done({ broken: true });
    asked.postMessage({ pixels: data.buffer, width, height }, [data.buffer]);
  });
}

function take(code) {
  const now = performance.now();
  const again = code === last.code && now - last.seen < AGAIN_MS;
  last = { code, seen: now };
  if (again) return;
  panel().querySelector("[data-camera-code]").textContent = code;
  panel().dataset.taken = panel().dataset.taken === "a" ? "b" : "a"; // begins the flash anew
  sendCode(code);
}

function showAbilities(track) {
  const able = track.getCapabilities?.() ?? {};
  const [torch, zoom] = [panel().querySelector("[data-camera-torch]"), panel().querySelector("[data-camera-zoom]")];
  torch.hidden = !able.torch;
  zoom.closest("label").hidden = !(able.zoom?.max > able.zoom?.min);
  if (able.zoom) Object.assign(zoom, { min: able.zoom.min, max: able.zoom.max, step: able.zoom.step || 0.1, value: able.zoom.min });
  zoom.oninput = () => track.applyConstraints({ advanced: [{ zoom: Number(zoom.value) }] }).catch(() => {});
}

function onClick(event) {
  if (event.target.closest("[data-camera-close]")) return close();
  const torch = event.target.closest("[data-camera-torch]");
  if (!torch) return;
  const on = torch.getAttribute("aria-pressed") !== "true";
  stream?.getVideoTracks()[0].applyConstraints({ advanced: [{ torch: on }] }).then(() => torch.setAttribute("aria-pressed", String(on)), () => {});
}

function onKey(event) {
  if (event.key !== "Escape" || document.querySelector("dialog[open]")) return;
  event.stopPropagation();
  close();
}

function onHidden() {
  if (document.hidden) close();
}
