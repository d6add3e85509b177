// Razorpay's checkout.js, simulated: `new Razorpay(options)`, `open()`, `close()`, `on("payment.failed")`.
// An option that the simulator does not know is ignored, as at Razorpay. It writes no HTML and no style elements, so that it also runs where a
// content security policy forbids both.
"use strict";

(() => {
  const home = new URL(document.currentScript.src).origin;
  const required = (options, name) => {
    if (options === null || typeof options !== "object" || !options[name]) {
      throw new Error(`No ${name} passed`);
    }
  };
  const styled = (element, styles) => Object.assign(element.style, styles) && element;

  class Razorpay {
    #options;
    #listeners = new Map();
    #opened = null;

    constructor(options) {
      required(options, "key");
      required(options, "order_id");
      if (options.redirect || options.callback_url) {
        throw new Error("The simulator hands the payment to `handler` only, not to `callback_url`");
      }
      this.#options = options;
    }

    on(event, listener) {
      this.#listeners.set(event, [...(this.#listeners.get(event) ?? []), listener]);
    }

    open() {
      if (this.#opened) return;
      const { key, order_id, amount, currency, theme, name, modal } = this.#options;
      const query = new URLSearchParams({ order_id, key, embedded_in: location.origin });
      if (amount !== undefined) query.set("amount", amount);
      if (currency !== undefined) query.set("currency", currency);

      const dialog = styled(document.createElement("div"), {
        position: "fixed", inset: "0", zIndex: "2147483647", background: "rgb(0 0 0 / 60%)",
        display: "flex", alignItems: "center", justifyContent: "center",
      });
      dialog.setAttribute("role", "dialog");
      dialog.setAttribute("aria-modal", "true");
      dialog.setAttribute("aria-label", `Payment${name ? ` to ${name}` : ""}`);
      const box = styled(document.createElement("div"), {
        display: "flex", flexDirection: "column", width: "min(30rem, 100vw)", height: "min(44rem, 100vh)", background: "#fff",
        borderTop: `.375rem solid ${theme?.color ?? "#0b62c4"}`,
      });
      const close = styled(document.createElement("button"), {
        alignSelf: "flex-end", minWidth: "2.75rem", minHeight: "2.75rem", border: "0", background: "none", color: "#222", font: "1.5rem system-ui",
      });
      close.type = "button";
      close.textContent = "×";
      close.setAttribute("aria-label", "Close the checkout");
      close.addEventListener("click", () => this.#dismiss());
      const frame = styled(document.createElement("iframe"), { flex: "1", border: "0", width: "100%" });
      frame.title = "Checkout";
      frame.src = `${home}/checkout?${query}`;
      box.append(close, frame);
      dialog.append(box);

      const told = (message) => {
        if (message.origin === home && message.source === frame.contentWindow) this.#hear(message.data);
      };
      const pressed = (key) => {
        if (key.key === "Escape" && modal?.escape !== false) this.#dismiss();
      };
      const before = document.activeElement;
      this.#opened = () => {
        window.removeEventListener("message", told);
        document.removeEventListener("keydown", pressed);
        dialog.remove();
        this.#opened = null;
        before?.focus?.();
      };
      window.addEventListener("message", told);
      document.addEventListener("keydown", pressed);
      document.body.append(dialog);
      close.focus();
    }

    close() {
      this.#opened?.();
    }

    #hear(data) {
      if (data?.event === "payment.success") {
        this.close();
        this.#options.handler?.(data.values);
      } else if (data?.event === "payment.failed") {
        for (const listener of this.#listeners.get("payment.failed") ?? []) listener({ error: data.error });
      } else if (data?.event === "dismiss") {
        this.#dismiss();
      }
    }

    #dismiss() {
      if (!this.#opened) return;
      this.close();
      this.#options.modal?.ondismiss?.();
    }
  }

  window.Razorpay = Razorpay;
})();
