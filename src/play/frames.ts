// When a part of the page draws itself: before the next picture of the screen, once, however often it was asked to. So strokes, training and
// settings that change within one frame cost one drawing.

export function oncePerFrame(draw: () => void): () => void {
  let asked = false;
  return () => {
    if (asked) return;
    asked = true;
    requestAnimationFrame(() => {
      asked = false;
      draw();
    });
  };
}

/** The next picture of the screen. */
export function nextFrame(): Promise<unknown> {
  return new Promise((resolve) => requestAnimationFrame(resolve));
}
