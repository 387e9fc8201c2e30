// Small things that the pages' scripts show with.

export function element(name, properties = {}, ...children) {
  const result = Object.assign(document.createElement(name), properties);
  result.append(...children);
  return result;
}

export const seconds = (time) => `${(time / 1000).toFixed(time < 10000 ? 1 : 0)} s`;

export const size = (bytes) =>
  bytes < 1e3 ? `${bytes} bytes` : bytes < 1e6 ? `${Math.round(bytes / 1e3)} KB` : `${(bytes / 1e6).toFixed(1)} MB`;

// A terminal's text in a <pre>: what it knows beside letters and "\n" is what progress bars need, "\r"
// and ESC [ K.
export class Screen {
  constructor(pre) {
    this.pre = pre;
    this.finished = this.line = "";
    this.column = 0;
    this.last = pre.appendChild(new Text());
  }

  write(text) {
    for (const part of text.split(/(\r|\n|\x1b\[K)/)) {
      if (part === "\r") this.column = 0;
      else if (part === "\x1b[K") this.line = this.line.slice(0, this.column);
      else if (part === "\n") {
        this.finished += `${this.line}\n`;
        this.line = "";
        this.column = 0;
      } else {
        const end = this.column + part.length;
        this.line = this.line.slice(0, this.column) + part + this.line.slice(end);
        this.column = end;
      }
    }
    this.timer ??= setTimeout(() => this.show(), 50);
  }

  show() {
    clearTimeout(this.timer);
    this.timer = undefined;
    const { pre } = this;
    const atEnd = pre.scrollTop + pre.clientHeight >= pre.scrollHeight - 2;
    if (this.finished) pre.insertBefore(new Text(this.finished), this.last);
    this.finished = "";
    this.last.data = this.line;
    if (atEnd && this.follows) pre.scrollTop = pre.scrollHeight;
  }
}
