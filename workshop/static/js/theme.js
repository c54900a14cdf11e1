// Before the first paint: the theme and density this device chose. Not a module, so that nothing flashes.
(() => {
  const root = document.documentElement;
  const theme = localStorage.getItem("theme");
  const density = localStorage.getItem("density");
  if (theme) root.dataset.theme = theme;
  if (density) root.dataset.density = density;
})();
