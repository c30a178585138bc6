// Small comforts; every page works without them.
"use strict";

// A form is sent once, however often the button is pressed.
document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post" || event.defaultPrevented) return;
    if (form.dataset.sent) {
        event.preventDefault();
        return;
    }
    form.dataset.sent = "1";
    const button = event.submitter;
    if (button) setTimeout(() => { button.disabled = true; }, 0);
});

// Pages that come back from the browser's memory can be sent again.
window.addEventListener("pageshow", () => {
    for (const form of document.forms) {
        delete form.dataset.sent;
        for (const button of form.querySelectorAll("button[disabled]")) button.disabled = false;
    }
});

// Ctrl+Enter, or Cmd+Enter, sends what is being written.
document.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    if (event.target instanceof HTMLTextAreaElement) event.target.form?.requestSubmit();
});

// The first field that is wrong is where the reader goes on.
document.querySelector("[aria-invalid]")?.focus();
