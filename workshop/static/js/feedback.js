// The same answer for ear and hand: a sound by tone, a vibration, and a red frame for no.
const SOUNDS = {
  yes: [[880, 0, 80]],
  no: [[220, 0, 120], [220, 180, 120]],
  look: [[660, 0, 90], [880, 90, 90]],
  hold: [[440, 0, 150], [440, 230, 150], [440, 460, 150]],
  idle: [[520, 0, 50]],
  kept: [[520, 0, 50]],
};
const VIBRATIONS = {
  yes: 40,
  no: [120, 60, 120],
  look: [40, 40, 40],
  hold: [200, 80, 200],
  idle: 20,
  kept: 20,
};
const FRAME_MS = 1500;
let audio = null;
let frame = 0;

export function startFeedback() {
  const place = document.querySelector(".strip-place");
  if (!place) return;
  const first = document.getElementById("strip");
  if (first && !first.hidden && first.dataset.tone !== "idle") give(first.dataset.tone);
  new MutationObserver(onChange).observe(place, { childList: true, subtree: true, characterData: true, attributeFilter: ["data-tone"] });
}

// Undo counts down inside the strip: that is no new answer.
function onChange(changes) {
  if (changes.every((change) => inside(change.target, ".undo"))) return;
  const strip = document.getElementById("strip");
  if (strip && !strip.hidden) give(strip.dataset.tone);
}

const inside = (node, selector) => Boolean((node.nodeType === 1 ? node : node.parentElement)?.closest(selector));

export function give(tone) {
  if (!SOUNDS[tone]) return;
  play(SOUNDS[tone]);
  if (navigator.userActivation?.hasBeenActive) navigator.vibrate?.(VIBRATIONS[tone]);
  showFrame(tone === "no");
}

function showFrame(on) {
  clearTimeout(frame);
  document.body.classList.toggle("frame-no", on);
  if (on) frame = setTimeout(() => document.body.classList.remove("frame-no"), FRAME_MS);
}

export const volume = () => Number(localStorage.getItem("volume") ?? 0.4);

function play(notes) {
  if (!volume() || !navigator.userActivation?.hasBeenActive || !window.AudioContext) return;
  audio ??= new AudioContext();
  if (audio.state === "suspended") audio.resume();
  notes.forEach(([hertz, from, length]) => note(hertz, audio.currentTime + from / 1000, length / 1000));
}

function note(hertz, from, length) {
  const tone = audio.createOscillator();
  const gain = audio.createGain();
  tone.frequency.value = hertz;
  gain.gain.setValueAtTime(0, from);
  gain.gain.linearRampToValueAtTime(volume(), from + 0.005);
  gain.gain.setValueAtTime(volume(), from + length - 0.01);
  gain.gain.linearRampToValueAtTime(0, from + length);
  tone.connect(gain).connect(audio.destination);
  tone.start(from);
  tone.stop(from + length);
}
