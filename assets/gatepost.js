// Small comforts. Every page works without them.
(() => {
  "use strict";

  document.getElementById("fault-summary")?.focus();

  // A mailed link carries its code behind the #, which no server and no Referer sees. The history need not keep it either.
  const fillFromFragment = () => {
    const code = location.hash.slice(1);
    const field = document.querySelector("input[data-from-fragment]");
    if (!field || !/^[\w-]{20,}$/.test(code)) return;
    field.value = code;
    history.replaceState(null, "", location.pathname + location.search);
    const inputs = [...field.form.querySelectorAll("input:not([type=hidden])")];
    inputs.find((input) => !input.value)?.focus();
  };
  fillFromFragment();
  window.addEventListener("hashchange", fillFromFragment);

  for (const input of document.querySelectorAll(".password > input")) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "plain";
    button.setAttribute("aria-controls", input.id);
    const show = (shown) => {
      input.type = shown ? "text" : "password";
      button.textContent = shown ? "Hide" : "Show";
      button.setAttribute("aria-label", shown ? "Hide the password" : "Show the password");
    };
    button.addEventListener("click", () => show(input.type === "password"));
    // A shown password must not be remembered as ordinary text.
    input.form?.addEventListener("submit", () => show(false));
    show(false);
    input.after(button);
  }

  // How hard a new password is to guess, in words. The server decides; this tells before it is sent what would help.
  const COMMON = ("password passwort passw0rd qwerty azerty iloveyou welcome letmein changeme admin login secret monkey dragon " +
    "football baseball superman batman master shadow sunshine princess hello summer winter spring autumn flower freedom test").split(" ");
  const ROWS = ["1234567890", "qwertyuiop", "qwertzuiop", "azertyuiop", "asdfghjkl", "zxcvbnm", "yxcvbnm", "1qaz2wsx3edc4rfv5tgb"];
  const plain = (text) => text.normalize("NFKC").toLowerCase();

  // Where b stands after a: 0 the same, 1 and -1 the next and the one before in an alphabet or a row of keys.
  const step = (a, b) => {
    const distance = b.codePointAt(0) - a.codePointAt(0);
    if (Math.abs(distance) <= 1) return distance;
    const row = ROWS.find((row) => row.includes(a + b) || row.includes(b + a));
    return row ? row.indexOf(b) - row.indexOf(a) : undefined;
  };

  // What the person and the site are called.
  const personal = (input) => {
    const fields = [...(input.form?.elements ?? [])].filter((field) => /^(email|username|nickname|first_name|last_name)$/.test(field.name));
    const texts = [input.dataset.personal ?? "", location.hostname, document.querySelector(".brand")?.textContent ?? ""];
    const words = [...texts, ...fields.map((field) => field.value)].flatMap((text) => plain(text).split(/[^\p{L}\p{N}]+/u));
    return words.filter((word) => word.length > 3 && /\p{L}/u.test(word));
  };

  // From 0 to 4, and what would help.
  const judge = (password, input) => {
    const advice = [];
    const length = [...password].length;
    const missing = input.minLength - length;
    const surplus = length - (input.dataset.max || Infinity);
    const characters = (count) => (count === 1 ? "1 character" : `${count} characters`);
    if (missing > 0) advice.push(`${characters(missing)} more`);
    if (surplus > 0) return { level: 1, name: "Too long", advice: [`${characters(surplus)} less`] };

    let text = plain(password);
    const without = (words, reason) => {
      const found = words.filter((word) => text.includes(word));
      // A known word is worth no more than one character of another kind.
      for (const word of found) text = text.replaceAll(word, "\u0000");
      if (found.length) advice.push(reason);
    };
    without(personal(input), "without your name, your address and the name of this site");
    without(COMMON, "without the words that most people take");
    const repeated = /^(.+?)\1+$/su.exec(text);
    if (repeated) {
      text = repeated[1];
      advice.push("something that does not repeat itself");
    }
    let worth = 0;
    let run = 1;
    let longest = 1;
    let before;
    const symbols = [...text];
    symbols.forEach((symbol, at) => {
      const now = at ? step(symbols[at - 1], symbol) : undefined;
      run = now === undefined ? 1 : now === before || run === 1 ? run + 1 : 2;
      before = now;
      longest = Math.max(longest, run);
      worth += run > 2 ? 0.2 : 1;
    });
    if (longest > 3) advice.push("no sequences such as 1234, aaaa or qwerty");
    const level = missing > 0 || worth < 6 ? 1 : worth < 9 ? 2 : worth < 14 ? 3 : 4;
    if (level < 4 && advice.length === 0) advice.push("another word");
    const name = ["", "Easy to guess", "Not strong yet", "Good", "Strong"][level];
    return { level, name, advice: level < 4 ? advice : [] };
  };

  for (const input of document.querySelectorAll('input[autocomplete="new-password"]')) {
    const meter = document.createElement("meter");
    Object.assign(meter, { min: 0, max: 4, low: 2, high: 3, optimum: 4, value: 0 });
    meter.setAttribute("aria-label", "Strength of the password");
    const words = document.createElement("p");
    words.setAttribute("aria-live", "polite");
    const strength = document.createElement("div");
    strength.className = "strength";
    strength.append(meter, words);
    (input.closest(".password") ?? input).after(strength);
    let pause;
    const look = () => {
      const { level, name, advice } = input.value ? judge(input.value, input) : { level: 0, name: "", advice: [] };
      meter.value = level;
      // Spoken when the typing pauses, not at every key.
      clearTimeout(pause);
      pause = setTimeout(() => { words.textContent = advice.length ? `${name}. Better: ${advice.join("; ")}.` : name && `${name}.`; }, 300);
    };
    (input.form ?? input).addEventListener("input", look);
    look();
  }

  for (const form of document.querySelectorAll('form[method="post"]')) {
    form.addEventListener("submit", (event) => {
      if (form.dataset.sent) event.preventDefault();
      form.dataset.sent = "yes";
      form.setAttribute("aria-busy", "true");
    });
  }
  // "Back" may show the page as it was left.
  window.addEventListener("pageshow", () => {
    for (const form of document.querySelectorAll("form[data-sent]")) {
      delete form.dataset.sent;
      form.removeAttribute("aria-busy");
    }
  });

  const local = new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: "medium", timeStyle: "short" });
  for (const time of document.querySelectorAll("time[datetime]")) {
    const at = new Date(time.dateTime);
    if (!Number.isNaN(at.valueOf())) {
      time.title = time.textContent;
      time.textContent = local.format(at);
    }
  }
})();
