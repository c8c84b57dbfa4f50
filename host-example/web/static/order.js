// What makes the buyer's pages quicker. Each of them works without it.
"use strict";

(() => {
  const print = document.querySelector("[data-print]");
  if (print) {
    print.hidden = false;
    print.addEventListener("click", () => window.print());
  }

  const box = document.getElementById("state");
  if (!box) return;

  // What is true only where this script runs.
  const reveal = (part) => {
    for (const each of part.querySelectorAll("[data-script]")) each.hidden = false;
    return part;
  };
  reveal(box);

  const shortest = 1000, longest = 30000, growth = 1.5;
  let pause = shortest, timer = 0, shown = "";

  const settled = () => box.dataset.settled === "true";

  const later = () => {
    clearTimeout(timer);
    if (!settled()) timer = setTimeout(look, pause);
  };

  // Shows what the shop knows now, and asks less often as long as that stays the same.
  async function look() {
    if (document.hidden) return later();
    try {
      const answer = await fetch(box.dataset.source, { cache: "no-store" });
      const text = answer.ok ? await answer.text() : "";
      if (text !== "" && text !== shown) {
        const fresh = reveal(new DOMParser().parseFromString(text, "text/html").getElementById("state"));
        const changed = fresh.innerHTML !== box.innerHTML;
        if (changed) box.replaceChildren(...fresh.childNodes);
        Object.assign(box.dataset, fresh.dataset);
        if (changed && shown !== "") pause = shortest;
        shown = text;
      }
    } catch {
      // the shop cannot be reached: it is asked again
    }
    pause = Math.min(pause * growth, longest);
    later();
  }

  const soon = () => { pause = shortest; later(); };

  document.addEventListener("visibilitychange", () => { if (!document.hidden) soon(); });
  // The back button shows a page that was kept, as it was when it was left.
  addEventListener("pageshow", (event) => { if (event.persisted) soon(); });

  // Straight after the order: on to the page where it is paid. The back button comes here
  // again, and stays.
  if (location.hash === "#pay") {
    history.replaceState(null, "", location.pathname + location.search);
    const link = box.querySelector("a[data-pay]");
    if (link) {
      // not before the page is there, or it would not be in the history
      addEventListener("load", () => setTimeout(() => location.assign(link.href)));
      return;
    }
  }
  later();
})();
