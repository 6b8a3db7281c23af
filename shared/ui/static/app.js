/* Small comforts. Every page works without them. */
"use strict";

(() => {
  const each = (root, selector, act) => root.querySelectorAll(selector).forEach(act);

  /* A question can be answered with "no" by closing it. */
  function enhance(root) {
    each(root, "[data-confirm] [data-close]", (button) => {
      button.hidden = false;
      button.onclick = () => closeDetails(button.closest("details"));
    });
    each(root, "[data-drop]", (place) => {
      place.ondragover = () => place.classList.add("over");
      place.ondragleave = place.ondrop = () => place.classList.remove("over");
    });
    each(root, "[data-copy]", (button) => {
      if (!navigator.clipboard) return;
      button.hidden = false;
      button.onclick = () => navigator.clipboard.writeText(button.dataset.copy).then(() => {
        button.textContent = button.dataset.copied || button.textContent;
      });
    });
    each(root, "[data-print]", (button) => {
      button.hidden = false;
      button.onclick = () => window.print();
    });
    const faults = root.querySelector("[data-focus]");
    if (faults) faults.focus();
  }

  function closeDetails(details) {
    details.open = false;
    details.querySelector("summary").focus();
  }

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    const open = event.target.closest("details[open][data-confirm], details[open][data-close-outside]");
    if (open) closeDetails(open);
  });

  document.addEventListener("click", (event) => {
    each(document, "details[open][data-close-outside]", (details) => {
      if (!details.contains(event.target)) details.open = false;
    });
  });

  /* A second click while the first is under way sends nothing; going back makes the button usable again. */
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post" || form.matches("[hx-post], [data-hx-post]")) return;
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "yes";
    if (event.submitter) event.submitter.setAttribute("aria-busy", "true");
  });
  window.addEventListener("pageshow", () => {
    each(document, "form[data-sent]", (form) => delete form.dataset.sent);
    each(document, "[aria-busy]", (button) => button.removeAttribute("aria-busy"));
  });

  function showNetwork() {
    each(document, "[data-offline-note]", (note) => { note.hidden = navigator.onLine; });
  }
  window.addEventListener("online", showNetwork);
  window.addEventListener("offline", showNetwork);

  document.addEventListener("htmx:load", (event) => enhance(event.detail.elt));
  document.addEventListener("DOMContentLoaded", () => {
    enhance(document);
    showNetwork();
  });
})();
