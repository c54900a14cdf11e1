// Sends what is kept, in the order in which it was scanned, each until there is a receipt for it.
import { contextOf, next, settle } from "./store.js";
import { ask, paint, renewed } from "./answer.js";
import { changed, lineIs, sentLate, showKept, showStrip } from "./kept.js";
import { person, tab } from "./me.js";

const WAITS = { first: 1000, most: 15_000, late: 5000, slow: 1500, ...window.workshopWaits };
const late = { done: 0, aside: 0 };
const MOST_FAILURES = 4;
const failing = { scan: 0, times: 0 }; // the server itself fails at this scan, again and again
let running = false;
let asked = false;
let tries = 0;
let wake = () => {};

export function startDraining() {
  window.addEventListener("online", () => wake());
  document.addEventListener("visibilitychange", () => document.hidden || wake());
  navigator.locks?.request(lockOf(tab), () => new Promise(() => {})); // held as long as this page lives
  drain();
}

// One page sends at a time. Without locks (a page that came by plain HTTP) two may: the keys make each scan count once.
export async function drain() {
  asked = true;
  wake();
  if (running || !document.documentElement.dataset.person) return;
  running = true;
  while (asked) {
    asked = false;
    const pause = await (navigator.locks ? navigator.locks.request("workshop-scans", sendAll) : sendAll());
    if (pause) await sleep(pause);
    asked ||= Boolean(pause);
  }
  running = false;
}

const lockOf = (name) => `workshop-page-${name}`;

function sleep(ms) {
  return new Promise((done) => {
    const timer = setTimeout(done, ms);
    wake = () => {
      clearTimeout(timer);
      done();
    };
  });
}

// Returns how long to wait before going on, or 0 where nothing of this person is left.
async function sendAll() {
  const gone = new Set(); // pages that live no more
  for (let scans; (scans = await next(person())).length; ) {
    let known = await contextOf(person());
    for (const scan of scans) {
      const isOld = await isLate(scan, gone);
      if (!isOld && scan.tab !== tab) return 50; // another page waits for its answer: it sends it itself
      if (!isOld) await tellSent();
      known = await sendOne(scan, isOld, known);
      if (!known) return waitLonger();
      tries = 0;
    }
  }
  lineIs("up");
  await tellSent();
  return 0;
}

// Before the next answer is painted: a refusal must not vanish behind what was sent before it.
async function tellSent() {
  const sent = { ...late };
  late.done = late.aside = 0;
  if (sent.done || sent.aside) await sentLate(sent);
}

// Nobody looks at the answer any more: the page was left, or the person went on.
async function isLate(scan, gone) {
  const age = Date.now() - scan.at;
  if (!scan.keptUrl) return false;
  return age < 0 || age > WAITS.late || (scan.tab !== tab && !(await lives(scan.tab, gone)));
}

async function lives(page, gone) {
  if (!navigator.locks || gone.has(page)) return false;
  const does = await navigator.locks.request(lockOf(page), { ifAvailable: true }, (lock) => lock === null);
  if (!does) gone.add(page);
  return does;
}

// Returns what the scan left at the bench, or nothing where it is not known what came of it.
async function sendOne(scan, isOld, known) {
  const [url, fields] = [isOld ? scan.keptUrl : scan.url, carried(scan, known, isOld)];
  const slow = setTimeout(() => notYet(scan), WAITS.slow);
  let answer = await ask(url, fields, scan.keptUrl);
  if (answer.status === 400 && (await renewed(scan.person))) answer = await ask(url, fields, scan.keptUrl);
  clearTimeout(slow);
  if (answer.status === 500) hasFailed(scan);
  if (answer.signedOut) return signedOut(answer, isOld);
  if (!answer.definite || (isOld && answer.status !== 200)) return away(scan, answer);
  lineIs("up");
  return isOld ? receiveLate(scan, known, answer) : receive(scan, answer);
}

// The unit that the scan was meant for: the one on the page, or what the scan right before it left at the bench.
function carried(scan, known, isOld) {
  const follows = scan.behind !== null && known?.after === scan.behind;
  const { unit, version } = follows ? known : scan;
  const fields = { code: scan.code, request_key: scan.key, person: scan.person, unit, gap_ms: scan.gap };
  if (isOld) Object.assign(fields, { bench: scan.bench, version: version ?? "", scanned_at: new Date(scan.at).toISOString() });
  else document.querySelectorAll("#scan-pending").forEach((field) => (fields.pending = field.value));
  if (tries > 0 || isOld) fields.again = "1";
  if (isOld && failing.scan === scan.n && failing.times >= MOST_FAILURES) fields.failed = "1"; // others wait behind it
  if (known?.blockedAt >= scan.at) fields.after_aside = "1";
  return fields;
}

function hasFailed(scan) {
  failing.times = failing.scan === scan.n ? failing.times + 1 : 1;
  failing.scan = scan.n;
}

async function receive(scan, answer) {
  const leaves = answer.headers.get("HX-Redirect");
  if (!leaves) paint(answer);
  const bench = document.getElementById("bench")?.dataset ?? {};
  // What was scanned before this refusal was on the screen was scanned in the belief that it was done.
  const blockedAt = answer.status >= 400 ? Date.now() : 0;
  const left = { after: scan.n, unit: bench.unit ?? "", version: bench.version ?? "", blockedAt };
  await settle(scan, left);
  changed();
  if (leaves) paint(answer);
  return left;
}

async function receiveLate(scan, known, answer) {
  const said = JSON.parse(answer.text);
  const isAside = said.result === "aside";
  late[isAside ? "aside" : "done"] += 1;
  const before = said.result === "go" ? (known?.blockedAt ?? 0) : 0;
  const blockedAt = isAside ? Date.now() : before;
  const left = { after: scan.n, unit: said.unit, version: said.version ?? "", blockedAt };
  await settle(scan, left);
  changed();
  return left;
}

function signedOut(answer, isOld) {
  const isNew = lineIs("out");
  if (!isOld) paint(answer);
  else if (isNew) showStrip("strip-out"); // the strip still told that the network is away
}

function away(scan, answer) {
  lineIs(answer.definite ? "stuck" : "down");
  if (tries === 0 && scan.tab === tab) showKept(scan);
}

function notYet(scan) {
  lineIs("down");
  if (scan.tab === tab) showKept(scan);
}

function waitLonger() {
  tries += 1;
  return Math.min(WAITS.first * 2 ** (tries - 1), WAITS.most);
}
