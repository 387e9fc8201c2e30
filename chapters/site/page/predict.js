// Predict first: what follows a question opens when the reader has guessed, or wants to see it.
import { element } from "./show.js";

const store = {
  get(key) {
    try {
      return localStorage.getItem(key);
    } catch {
      return null;
    }
  },
  set(key, value) {
    try {
      localStorage.setItem(key, value);
    } catch {
      // It then lasts as long as the page.
    }
  },
};

const NEVER = "predict: never ask";

class Prediction {
  constructor(question, outcome) {
    this.outcome = outcome;
    this.key = `predict: ${question.textContent.slice(0, 100)}`;
    this.input = element("input", {
      placeholder: "Your guess",
      ariaLabel: "Your guess",
      autocomplete: "off",
      value: store.get(this.key) ?? "",
    });
    this.go = element("button", { className: "go" });
    this.never = element("button", { type: "button", className: "quiet", textContent: "Always show" });
    this.form = element("form", { className: "guess" }, this.input, this.go, this.never);
    this.guess = element("p", { className: "guessed" });
    question.after(this.form);
    outcome.prepend(this.guess);
    this.input.addEventListener("input", () => this.label());
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      store.set(this.key, this.input.value.trim());
      this.open(true);
    });
    // The page's own search found something in it.
    outcome.addEventListener("beforematch", () => this.open());
    this.label();
  }

  label() {
    this.go.textContent = this.input.value.trim() ? "Compare" : "Show";
  }

  close() {
    this.outcome.setAttribute("hidden", "until-found");
    this.form.hidden = false;
  }

  open(move = false) {
    this.outcome.removeAttribute("hidden");
    this.form.hidden = true;
    const guess = this.input.value.trim();
    const again = element("button", { type: "button", className: "quiet", textContent: guess ? "Change" : "Close it again, and guess" });
    again.addEventListener("click", () => {
      this.close();
      this.input.focus();
    });
    this.guess.replaceChildren(...(guess ? [element("strong", {}, "Your guess: "), guess, " "] : []), again);
    const details = this.outcome.querySelector(":scope > .guessed + details");
    if (details) details.open = true;
    if (!move) return;
    this.guess.tabIndex = -1;
    this.guess.focus({ preventScroll: true });
  }
}

const predictions = [...document.querySelectorAll(".outcome[data-predict]")].map(
  (outcome) => new Prediction(document.querySelector(`.predict[data-predict="${outcome.dataset.predict}"]`), outcome),
);
for (const prediction of predictions) {
  if (store.get(NEVER) || store.get(prediction.key) !== null) prediction.open();
  else prediction.close();
  prediction.never.addEventListener("click", () => {
    store.set(NEVER, "yes");
    for (const each of predictions) each.open(each === prediction);
  });
}
