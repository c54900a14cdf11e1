// What a person chose for this device: theme, sound. Menus close when the focus or a click goes elsewhere.
import { give, volume } from "./feedback.js";

export function startChoices() {
  document.addEventListener("click", onClick);
  document.querySelector(".desk-nav [aria-current]")?.scrollIntoView({ block: "nearest" });
  show();
}

function onClick(event) {
  const theme = event.target.closest?.("[data-theme-choice]");
  if (theme) chooseTheme(theme.dataset.themeChoice);
  if (event.target.closest?.("[data-volume-choice]")) chooseVolume();
  document.querySelectorAll("details[data-menu][open]").forEach((menu) => {
    if (!menu.contains(event.target)) menu.removeAttribute("open");
  });
}

function chooseTheme(theme) {
  if (theme) document.documentElement.dataset.theme = theme;
  else delete document.documentElement.dataset.theme;
  localStorage.setItem("theme", theme);
  show();
}

function chooseVolume() {
  localStorage.setItem("volume", volume() ? 0 : 0.4);
  give("yes");
  show();
}

function show() {
  const theme = localStorage.getItem("theme") ?? "";
  document.querySelectorAll("[data-theme-choice]").forEach((choice) => {
    choice.setAttribute("aria-pressed", String(choice.dataset.themeChoice === theme));
  });
  document.querySelectorAll("[data-volume-choice]").forEach((choice) => {
    choice.setAttribute("aria-pressed", String(volume() > 0));
    choice.querySelector("span").textContent = volume() ? choice.dataset.wordsOn : choice.dataset.wordsOff;
  });
}
