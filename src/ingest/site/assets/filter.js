// Filters the rows or statements of a page; what is chosen can be given in the address, as ?t=early_help.
"use strict";
for (const form of document.querySelectorAll("form[data-filter]")) {
  const list = document.getElementById(form.dataset.filter);
  const items = [...list.querySelectorAll("li.st, tr")];
  const groups = [...list.querySelectorAll("section")];
  const given = new URLSearchParams(location.search);
  // Of a statement, the words that are quoted; not who says them, and on which theme.
  const texts = new Map(items.map((item) => [item, (item.matches("li") ? item.firstElementChild : item).textContent.toLowerCase()]));

  const apply = () => {
    const chosen = new FormData(form);
    const words = (chosen.get("text") || "").toLowerCase().split(/\s+/).filter(Boolean);
    const boxes = form.querySelector("[name=p]") ? new Set(chosen.getAll("p")) : null;
    let shown = 0;
    for (const item of items) {
      const fits =
        (!boxes || boxes.has(item.dataset.p)) &&
        ["t", "r", "g"].every((key) => !chosen.get(key) || (item.dataset[key] || "").split(key === "t" ? " " : "\n").includes(chosen.get(key))) &&
        words.every((word) => texts.get(item).includes(word));
      item.hidden = !fits;
      shown += fits;
    }
    for (const group of groups) group.hidden = !group.querySelector("li.st:not([hidden])");
    form.querySelector(".count").textContent = `Showing ${shown} of ${items.length}`;
  };

  for (const select of form.querySelectorAll("select")) {
    const value = given.get(select.name);
    if (value && [...select.options].some((option) => option.value === value)) select.value = value;
  }
  form.addEventListener("input", apply);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.hidden = false;
  apply();
}
