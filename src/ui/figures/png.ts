/** An SVG file as a picture of pixels. */

/** @param scale pixels of the picture per pixel of the page: 2 is sharp on paper and on fine screens */
export async function pngOf(svg: string, scale = 2): Promise<Blob> {
  const image = new Image();
  image.src = `data:image/svg+xml,${encodeURIComponent(svg)}`; // the page's policy allows pictures from data: and not from blob:
  await image.decode();
  const canvas = document.createElement('canvas');
  [canvas.width, canvas.height] = [scale * image.naturalWidth, scale * image.naturalHeight];
  canvas.getContext('2d')?.drawImage(image, 0, 0, canvas.width, canvas.height);
  const png = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/png'));
  if (png === null) throw new Error('the browser could not draw the picture');
  return png;
}
