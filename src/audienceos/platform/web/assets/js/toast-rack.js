// <toast-rack>: says what happened at the edge of the screen. Three at most; errors stay until dismissed.
//   document.querySelector("toast-rack").say("Moved to Audit", {kind: "ok", act: "Undo", run: () => ...})
const SECONDS = 5;

class ToastRack extends HTMLElement {
  say(text, { kind = "ok", act = "", run = null } = {}) {
    const toast = document.createElement("div");
    toast.className = "pop toast";
    toast.setAttribute("role", kind === "risk" ? "alert" : "status");
    const words = document.createElement("span");
    words.className = `flex-1 ${kind === "risk" ? "is-risk" : ""}`;
    words.textContent = text;
    toast.append(words);
    if (act) toast.append(this.button(act, "link", () => { toast.remove(); run(); }));
    toast.append(this.button("Dismiss", "btn btn-ghost", () => toast.remove()));
    this.append(toast);
    while (this.children.length > 3) this.firstElementChild.remove();
    if (kind !== "risk") setTimeout(() => toast.remove(), SECONDS * 1000);
  }

  button(text, style, run) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = style;
    button.textContent = text;
    button.addEventListener("click", run);
    return button;
  }
}
customElements.define("toast-rack", ToastRack);
