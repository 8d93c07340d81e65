"use strict";
// Filters and order. Every text is on the page already; nothing here makes elements.
(() => {
  const form = document.getElementById("filters");
  const main = document.getElementById("papers");
  const papers = [...main.children].map((card) => ({
    card,
    place: Number(card.dataset.place),
    errors: Number(card.dataset.errors),
    items: [...card.querySelectorAll("[data-kind]")].map((item) => ({
      item,
      kind: item.dataset.kind,
      types: item.dataset.types ? item.dataset.types.split(" ") : [],
      mark: item.classList.contains("mark"),
    })),
  }));
  const checked = (name) => new Set([...form.elements].filter((input) => input.name === name && input.checked).map((input) => input.value));

  function apply() {
    const kinds = checked("kind");
    const types = checked("type");
    let cards = 0;
    for (const { card, items } of papers) {
      let some = false;
      for (const { item, kind, types: own, mark } of items) {
        const on = kinds.has(kind) && (!own.length || own.some((type) => types.has(type)));
        if (mark) item.classList.toggle("off", !on);
        else item.hidden = !on;
        some ||= on;
      }
      for (const part of card.querySelectorAll(".part")) part.hidden = !part.querySelector("li:not([hidden])");
      card.hidden = !some;
      cards += some;
    }
    const all = papers.length.toLocaleString("en");
    document.getElementById("shown").textContent = `${cards.toLocaleString("en")} of ${all} abstracts`;
    document.getElementById("nothing").hidden = cards > 0;
  }

  function sort() {
    const worst = form.elements.order.value === "errors";
    const ordered = [...papers].sort((a, b) => (worst ? b.errors - a.errors : 0) || a.place - b.place);
    main.append(...ordered.map(({ card }) => card));
  }

  form.addEventListener("change", (event) => (event.target.name === "order" ? sort() : apply()));
  form.addEventListener("reset", () => setTimeout(() => { apply(); sort(); }));
  form.addEventListener("submit", (event) => event.preventDefault());
  form.hidden = false;
  apply();
  document.documentElement.dataset.ready = "yes";
})();
