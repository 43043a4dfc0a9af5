// What a page gains where scripts run; every page works without this file. No dependency, no inline code, no eval.
"use strict";

(() => {
  const each = (root, selector, act) => root.querySelectorAll(selector).forEach(act);

  // A second press while the first is on its way changes nothing. The pressed button's own value must still be sent, so
  // it is disabled only after the browser has collected the form.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.dataset.sent) return event.preventDefault();
    if (form.method !== "post" || form.hasAttribute("hx-post")) return;
    form.dataset.sent = "1";
    setTimeout(() => each(form, "button", (button) => {
      button.disabled = true;
      button.setAttribute("aria-busy", "true");
    }));
  });

  // The same for what HTMX sends.
  const busy = (event, now) => {
    const form = event.detail.elt.closest("form[hx-post]");
    if (form) each(form, "button", (button) => {
      button.disabled = now;
      button.setAttribute("aria-busy", now);
    });
  };
  document.addEventListener("htmx:beforeRequest", (event) => busy(event, true));
  document.addEventListener("htmx:afterRequest", (event) => busy(event, false));

  // Coming back with the browser's own button finds the form ready again.
  window.addEventListener("pageshow", () => each(document, "form[data-sent]", (form) => {
    delete form.dataset.sent;
    each(form, "button[aria-busy]", (button) => {
      button.disabled = false;
      button.removeAttribute("aria-busy");
    });
  }));

  // Filters apply as they are chosen; typed words wait for Enter or the button.
  document.addEventListener("change", (event) => {
    const form = event.target.form;
    const typed = event.target.matches("input:not([type=checkbox], [type=radio], [type=date])");
    if (form && form.hasAttribute("data-filter-auto") && !typed) form.requestSubmit();
  });

  document.addEventListener("click", async (event) => {
    const copy = event.target.closest("[data-copy]");
    if (copy) {
      const field = document.getElementById(copy.dataset.copy);
      field.select();
      await navigator.clipboard.writeText(field.value);
      copy.lastElementChild.textContent = copy.dataset.done;
    }
    if (event.target.closest("[data-print]")) window.print();
    each(document, "details[data-dismiss][open]", (menu) => {
      if (!menu.contains(event.target)) menu.open = false;
    });
    // A link in the error summary moves to its field, which may be one of several boxes.
    const link = event.target.closest(".error-summary a[href^='#']");
    const field = link && document.getElementById(link.hash.slice(1));
    if (field) {
      event.preventDefault();
      field.focus();
      (field.closest(".field") || field).scrollIntoView({ block: "start" });
    }
  });

  // One place fix, asked for only when pressed; pressing again takes it out. It travels in fields of the form.
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-place] button");
    if (!button) return;
    const box = button.closest("[data-place]");
    const said = box.querySelector("[role=status]");
    const put = (name, value) => { box.querySelector(`[name=${name}]`).value = value; };
    const grid = Number(box.dataset.grid);  // where only the neighbourhood matters, nothing finer is sent
    const coarse = (degrees) => (grid ? (Math.round(degrees / grid) * grid).toFixed(3) : degrees);
    const fill = (fix) => {
      put("latitude", fix ? coarse(fix.latitude) : "");
      put("longitude", fix ? coarse(fix.longitude) : "");
      if (!grid) put("accuracy", fix ? Math.round(fix.accuracy) : "");
    };
    if (box.querySelector("[name=latitude]").value) {
      fill(null);
      said.textContent = button.dataset.removed || "";
      return;
    }
    said.textContent = button.dataset.asks;
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        fill(coords);
        said.textContent = button.dataset.added.replace("%s", Math.round(coords.accuracy));
      },
      () => { said.textContent = button.dataset.failed; },
      { enableHighAccuracy: true, timeout: 20000, maximumAge: 0 },
    );
  });

  // j and k move through the rows of a list or board, as the arrow keys do in a table of times, o presses what a row
  // offers; Escape closes a menu.
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      const menu = document.querySelector("details[data-dismiss][open]");
      if (menu) {
        menu.open = false;
        menu.querySelector("summary").focus();
      }
    }
    const typing = event.target.closest("input, select, textarea, [contenteditable]");
    if (typing || event.ctrlKey || event.metaKey || event.altKey || !["j", "k", "o"].includes(event.key)) return;
    const rows = [...document.querySelectorAll("[data-row]")].filter((row) => row.querySelector("a, button, summary"));
    const here = rows.findLastIndex((row) => row.contains(document.activeElement)); // rows may stand within rows
    if (event.key === "o") {
      const offer = here >= 0 && rows[here].querySelector("[data-offer]");
      if (offer) offer.click();
      return;
    }
    const next = rows[event.key === "j" ? here + 1 : Math.max(here, 1) - 1];
    if (next) next.querySelector("a, button, summary").focus();
  });

  // What a fragment could not do is said where flashes stand, in the server's own words.
  document.addEventListener("htmx:responseError", (event) => tell(event.detail.xhr.responseText));
  document.addEventListener("htmx:sendError", () => {
    const box = document.getElementById("flashes");
    const flash = document.createElement("div");
    flash.className = "flash error";
    flash.textContent = box.dataset.offline;
    tell(flash.outerHTML);
  });
  function tell(html) {
    const box = document.getElementById("flashes");
    box.innerHTML = html;
    box.scrollIntoView({ block: "nearest" });
  }

  function ready(root) {
    each(root, "[data-print], [data-copy]", (button) => {
      button.hidden = button.hasAttribute("data-copy") && !navigator.clipboard;
    });
    each(root, "[data-place]", (box) => { box.hidden = !navigator.geolocation; });
    const wrong = root.querySelector("[data-focus]");
    if (wrong) wrong.focus();
  }

  // Where the stylesheet cannot open the filter bar on a wide screen, this does.
  if (!CSS.supports("selector(::details-content)") && matchMedia("(min-width: 700px)").matches) {
    if (!document.documentElement.classList.contains("elder")) {
      each(document, "details[data-open-wide]", (bar) => { bar.open = true; });
    }
  }
  ready(document);
  document.addEventListener("htmx:load", (event) => ready(event.target));
})();
