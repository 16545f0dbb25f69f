/**
 * A figure as an SVG file that stands by itself: what the page's styles make of it is written into its attributes, so that it
 * looks the same in any program, and nothing else of the page is left in it.
 */
import type { FigureWords } from './figure-words';
import { textWidth } from './labels';
import { plainPaint } from './plain-paint';
import { wrapped } from './wrapped';
import { readableXml } from './xml-text';

export type Scheme = 'light' | 'dark';
type Attributes = Record<string, string | number>;

const namespace = 'http://www.w3.org/2000/svg';
/** What says where something is drawn. */
const geometry = ['x', 'y', 'x1', 'x2', 'y1', 'y2', 'cx', 'cy', 'r', 'd', 'width', 'height', 'transform'];
/** What an element takes from the one around it, unless it says otherwise. Paint has its opacity beside it. */
const inherited = ['stroke-width', 'stroke-dasharray', 'stroke-linejoin', 'paint-order', 'font-family', 'font-size', 'font-weight', 'text-anchor'];
const paints = ['fill', 'stroke'];

/** around a drawing, pixels */
const margin = 12;
/** how wide a name makes a file of small drawings, pixels; a longer one takes several lines */
const longName = 480;
/** between what is written and what is drawn */
const space = 8;

/** How a line of text is set. */
interface Type {
  size: number;
  bold: boolean;
  /** from line to line */
  leading: number;
  /** whether it steps back */
  soft: boolean;
}

const nameType: Type = { size: 14, bold: true, leading: 18, soft: false };
const wordsType: Type = { size: 13, bold: false, leading: 17, soft: true };

/** What is written, and from where to where. */
interface Written {
  lines: string[];
  type: Type;
  top: number;
  bottom: number;
}

/** The drawings of a figure: those in it, not those beside it in the page. */
export function drawingsIn(figure: Element): SVGSVGElement[] {
  return [...figure.querySelectorAll<SVGSVGElement>('.drawing svg')];
}

/**
 * Drawings as one SVG file, one below the other between their name and their caption.
 * @param drawings as they stand in the page, at least one
 * @param scheme the colours to draw them in; without it those of the page
 */
export function standaloneSvg(drawings: SVGSVGElement[], { name, about, caption }: FigureWords, scheme?: Scheme): string {
  const boxes = drawings.map(extentOf);
  const inner = Math.max(Math.min(textWidth(name, nameType.size, nameType.bold), longName), ...boxes.map((box) => box.width));
  const heading = written(name, nameType, inner, margin);
  const subject = written(about, wordsType, inner, heading.bottom);
  let height = subject.bottom + space;
  const places = drawings.map((drawing, i) => {
    const place = made('g', { transform: `translate(${margin - boxes[i].x} ${height - boxes[i].y})` });
    place.append(inScheme(drawing, scheme, () => copyOf(drawing)));
    height += boxes[i].height + margin;
    return place;
  });
  const below = written(caption, wordsType, inner, height);
  if (below.lines.length > 0) height = below.bottom + margin;
  const width = inner + 2 * margin;
  const file = made('svg', { width, height, viewBox: `0 0 ${width} ${height}`, role: 'img' });
  file.append(made('title', {}, name), made('desc', {}, drawings.map(({ ariaLabel }) => ariaLabel).join(' ')));
  file.append(...inScheme(drawings[0], scheme, () => groundOf(drawings[0], [heading, subject, below])), ...places);
  return readableXml(new XMLSerializer().serializeToString(file));
}

/** Does something with a drawing while it and the page have the colours of a scheme; the page is not painted in between. */
function inScheme<T>(drawing: SVGSVGElement, scheme: Scheme | undefined, work: () => T): T {
  const page = document.documentElement;
  const [theme, style] = [page.dataset.theme, drawing.style.cssText];
  if (scheme) page.dataset.theme = scheme;
  // that a drawing has no use for: they tell what these colours are
  [drawing.style.backgroundColor, drawing.style.outlineColor] = ['var(--card)', 'var(--ink-soft)'];
  try {
    return work();
  } finally {
    drawing.style.cssText = style;
    if (scheme) page.dataset.theme = theme ?? '';
  }
}

/** What a drawing takes up, its labels that stand over its edge included. */
function extentOf(drawing: SVGSVGElement): DOMRect {
  const [frame, drawn] = [drawing.viewBox.baseVal, drawing.getBBox()];
  const [left, top] = [Math.floor(Math.min(frame.x, drawn.x)), Math.floor(Math.min(frame.y, drawn.y))];
  const right = Math.ceil(Math.max(frame.x + frame.width, drawn.x + drawn.width));
  const bottom = Math.ceil(Math.max(frame.y + frame.height, drawn.y + drawn.height));
  return new DOMRect(left, top, right - left, bottom - top);
}

/** A text in lines of some width. */
function written(text: string, type: Type, width: number, top: number): Written {
  const lines = wrapped(text, width, type.size, type.bold);
  return { lines, type, top, bottom: top + lines.length * type.leading };
}

/** The card that a figure lies on, and what is written on it. */
function groundOf(drawing: SVGSVGElement, texts: Written[]): SVGElement[] {
  const { color, outlineColor, backgroundColor, fontFamily } = getComputedStyle(drawing);
  const ground = made('rect', { width: '100%', height: '100%', fill: plainPaint(backgroundColor).colour });
  const lineOf = (line: string, { size, bold, leading, soft }: Type, y: number): SVGElement => {
    const type = { 'font-family': fontFamily, 'font-size': size, 'font-weight': bold ? 600 : 400, fill: plainPaint(soft ? outlineColor : color).colour };
    return made('text', { x: margin, y: y + leading - 5, ...type }, line);
  };
  return [ground, ...texts.flatMap(({ lines, type, top }) => lines.map((line, i) => lineOf(line, type, top + i * type.leading)))];
}

/** An element with all that is seen of it. @param around what the element around it looks like */
function copyOf(element: SVGElement, around: Attributes = {}): SVGElement {
  const look = lookOf(element);
  const own = Object.entries(look).filter(([attribute, value]) => around[attribute] !== value);
  const copy = made(element instanceof SVGSVGElement ? 'g' : element.localName, { ...placeOf(element), ...Object.fromEntries(own) });
  for (const child of element.childNodes) {
    if (child instanceof SVGTitleElement) copy.append(made('title', {}, child.textContent));
    else if (child instanceof SVGElement && isSeen(child)) copy.append(copyOf(child, look));
    else if (child instanceof Text && element instanceof SVGTextElement) copy.append(child.data);
  }
  return copy;
}

/** What an element has for itself; the drawing's own size is that of the file. */
function placeOf(element: SVGElement): Attributes {
  if (element instanceof SVGSVGElement) return {};
  const { opacity } = getComputedStyle(element);
  const place = geometry.map((attribute) => [attribute, element.getAttribute(attribute)] as const).filter(([, value]) => value !== null);
  return { ...(Object.fromEntries(place) as Attributes), ...(opacity !== '1' && { opacity }) };
}

/** Everything that an element hands on to those in it. */
function lookOf(element: SVGElement): Attributes {
  const style = getComputedStyle(element);
  const look: Attributes = {};
  for (const property of inherited) look[property] = style.getPropertyValue(property).replaceAll('px', '');
  for (const property of paints) {
    const { colour, opacity } = plainPaint(style.getPropertyValue(property));
    look[property] = colour;
    look[`${property}-opacity`] = Number((opacity * Number(style.getPropertyValue(`${property}-opacity`))).toFixed(3));
  }
  return look;
}

/** What only takes a pointer, or is hidden, is left out; `saved` is what a figure shows in files alone, such as its key. */
function isSeen(element: SVGElement): boolean {
  const { display, visibility } = getComputedStyle(element);
  if (display === 'none' || (visibility === 'hidden' && !element.closest('.saved'))) return false;
  if (!(element instanceof SVGGeometryElement)) return true;
  const look = lookOf(element);
  return paints.some((paint) => look[paint] !== 'none' && look[`${paint}-opacity`] !== 0);
}

function made(name: string, attributes: Attributes, content = ''): SVGElement {
  const element = document.createElementNS(namespace, name);
  for (const [attribute, value] of Object.entries(attributes)) element.setAttribute(attribute, String(value));
  if (content !== '') element.append(content);
  return element;
}
