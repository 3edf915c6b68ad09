/** The first match inside a shadow root or in those of the elements below it. */
export function deepQuery(root: ShadowRoot | null, selector: string): Element | null {
  if (!root) return null;
  const found = root.querySelector(selector);
  if (found) return found;
  for (const element of root.querySelectorAll('*')) {
    const below = deepQuery(element.shadowRoot, selector);
    if (below) return below;
  }
  return null;
}
