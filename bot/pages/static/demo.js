// On a narrow screen one of the two phones is shown at a time.

const main = document.querySelector("main");
const tabs = [...document.querySelectorAll("[data-shows]")];
for (const tab of tabs) {
  tab.addEventListener("click", () => {
    main.dataset.shown = tab.dataset.shows;
    for (const other of tabs) other.setAttribute("aria-pressed", other === tab);
  });
}
