// Calls of functions in a worker.

// In the worker: lets the page call these.
export const answerCalls = (functions) => {
  globalThis.onmessage = async ({ data: { id, name, args } }) => {
    try {
      postMessage({ id, value: await functions[name](...args) });
    } catch (error) {
      postMessage({ id, error: error.message ?? String(error) });
    }
  };
};

// In the page: the worker's other side. What it posts of its own accord goes to onNews.
export class Caller {
  constructor(worker, onNews = () => {}) {
    this.worker = worker;
    this.waiting = new Map();
    worker.onmessage = ({ data: { id, value, error, ...news } }) => {
      if (!this.waiting.has(id)) return onNews(news);
      const { resolve, reject } = this.waiting.get(id);
      this.waiting.delete(id);
      if (error === undefined) resolve(value);
      else reject(new Error(error));
    };
    worker.onerror = (event) => {
      event.preventDefault();
      this.end(event.message ?? "A part of the page could not be loaded.");
    };
  }

  call(name, ...args) {
    const id = (this.last = (this.last ?? 0) + 1);
    return new Promise((resolve, reject) => {
      this.waiting.set(id, { resolve, reject });
      this.worker.postMessage({ id, name, args });
    });
  }

  // Ends the worker, whatever it does; what is waited for fails.
  end(why) {
    this.worker.terminate();
    this.hasEnded = true;
    for (const { reject } of this.waiting.values()) reject(new Error(why));
    this.waiting.clear();
  }
}
