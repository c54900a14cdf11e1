// Asks the server for one thing, says what its answer means, and paints it into the page as htmx would.
const PATIENCE_MS = 20_000;
const SIGNED_OUT = [401, 400]; // 400: the page's token went with the session
const UNKNOWN = { status: 0, text: "", headers: new Headers(), signedOut: false, definite: false };

const token = () => JSON.parse(document.body.getAttribute("hx-headers") ?? "{}")["X-CSRFToken"] ?? "";

// `definite`: the server said yes or no. `signedOut`: nobody is, or somebody else. Neither: it is not known.
// With `receipt` an answer counts only where it names our key: not what a hotspot's own page says in its place.
export async function ask(url, fields, receipt = false) {
  try {
    const response = await fetch(url, {
      method: "POST",
      body: new URLSearchParams(fields),
      headers: {
        "HX-Request": "true",
        "HX-Current-URL": location.href,
        "X-CSRFToken": token(),
        "Idempotency-Key": fields.request_key,
      },
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    const { status, headers } = response;
    if (receipt && headers.get("Workshop-Receipt") !== fields.request_key) return UNKNOWN;
    const signedOut = SIGNED_OUT.includes(status);
    const definite = !signedOut && status < 500 && status !== 429;
    return { status, text: await response.text(), headers, signedOut, definite };
  } catch {
    return UNKNOWN;
  }
}

export function paint({ text, headers }) {
  const address = headers.get("HX-Redirect");
  if (address) return location.assign(address);
  const form = document.querySelector("[data-scan-form]");
  const target = document.querySelector(headers.get("HX-Retarget") ?? form?.getAttribute("hx-target") ?? "#strip");
  const swapStyle = headers.get("HX-Reswap") ?? form?.getAttribute("hx-swap") ?? "outerHTML";
  if (target) window.htmx.swap(target, text, { swapStyle, swapDelay: 0, settleDelay: 0 });
}

// The page's token belongs to a session that is over. Where the same person is signed in again, the page goes on.
export async function renewed(person) {
  try {
    const response = await fetch("/here");
    const now = response.ok ? await response.json() : {};
    if (String(now.person ?? "") !== person) return false;
    document.body.setAttribute("hx-headers", JSON.stringify({ "X-CSRFToken": now.token }));
    document.querySelectorAll("input[name=csrf_token]").forEach((field) => (field.value = now.token));
    return true;
  } catch {
    return false;
  }
}
