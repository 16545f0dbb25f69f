/** XML as every program reads it: characters that it cannot carry, which a label may have, give way to the one for what is unreadable. */
export function readableXml(xml: string): string {
  return xml.toWellFormed().replace(/(?![\t\n\r])\p{Cc}|[\ufffe\uffff]/gu, '\ufffd');
}
