// The camera's button: there where a camera could be, or where it can be said why not. The rest is loaded when it is pressed.
import { sendCode } from "./send.js";

export function startCamera() {
  const able = navigator.mediaDevices?.getUserMedia || !window.isSecureContext;
  document.querySelectorAll("[data-camera]").forEach((button) => (button.hidden = !able));
  document.addEventListener("click", async (event) => {
    if (event.target.closest?.("[data-camera]")) (await import("./camera.js")).toggle(sendCode);
  });
}
