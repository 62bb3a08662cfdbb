import type { Page } from 'playwright-core';

export interface Frames {
  readonly frames: number;
  /** Milliseconds from a scroll to the end of the layout it caused, which is what a frame has to do. */
  readonly median: number;
  readonly ninth: number;
  readonly worst: number;
  /** Elements put into the page, taken out of it or given another attribute, a frame: what a busy machine does not change. */
  readonly touched: number;
}

/** Scrolls the list by eleven rows a frame, back and forth, and times what each step costs. */
export function measureFrames(page: Page): Promise<Frames> {
  return page.evaluate(async () => {
    const body = document.querySelector('.requests .grid-body');
    if (body === null) throw new Error('no list');
    const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
    // preact draws after the event; the next task is after that, and a message waits for no timer.
    const { port1, port2 } = new MessageChannel();
    const drawn = () =>
      new Promise((resolve) => {
        port1.onmessage = resolve;
        port2.postMessage(null);
      });
    const work: number[] = [];
    let touched = 0;
    const observer = new MutationObserver((changes) => {
      for (const { addedNodes, removedNodes } of changes)
        touched += Math.max(1, addedNodes.length + removedNodes.length);
    });
    observer.observe(body, { subtree: true, childList: true, attributes: true });
    let direction = 330;
    for (let step = 0; step < 120; step += 1) {
      await frame();
      const begin = performance.now();
      if (body.scrollTop + body.clientHeight >= body.scrollHeight - 330) direction = -330;
      if (body.scrollTop <= 330) direction = 330;
      body.scrollTop += direction;
      body.dispatchEvent(new Event('scroll'));
      await drawn();
      body.getBoundingClientRect();
      work.push(performance.now() - begin);
    }
    work.sort((a, b) => a - b);
    const at = (share: number) => Number((work[Math.floor((work.length - 1) * share)] ?? 0).toFixed(2));
    observer.disconnect();
    return { frames: work.length, median: at(0.5), ninth: at(0.9), worst: at(1), touched: touched / work.length };
  });
}
